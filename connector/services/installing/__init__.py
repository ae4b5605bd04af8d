"""Making in an instance what a connection needs, as an admin."""

from connector.services.installing.installer import Installer

__all__ = ["Installer"]
