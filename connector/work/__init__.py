"""Durable work: what is to be done for a row, at its time, at least once."""

from connector.work.items import Again, Done, Job, Next
from connector.work.plan import Work
from connector.work.worker import Handler, Worker

__all__ = ["Again", "Done", "Handler", "Job", "Next", "Work", "Worker"]
