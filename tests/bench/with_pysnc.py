"""What PySNC does in the benchmark, as its documentation says; it runs in PySNC's environment.

    python with_pysnc.py ORIGIN SCENARIO '{"batch_size": 500, …}'

Each prints how many seconds it took, from before its first request, and how many rows it saw.
"""

import asyncio
import json
import sys
import time

import pysnc.asyncio.client
import pysnc.client
from pysnc import ServiceNowClient
from pysnc.asyncio import AsyncServiceNowClient

# It insists on https; the sandbox speaks plain http here.
pysnc.client.get_instance = lambda origin: origin
pysnc.asyncio.client.get_instance = lambda origin: origin

BOT = ("snowline.integration", "integration")


def _ask(record, given):
    record.fields = given["fields"]
    record.add_query("correlation_display", "Snowline")
    if "since" in given:
        record.add_query("sys_updated_on", ">=", given["since"])


def _values(row, fields):
    return [(row.get_value(name), row.get_display_value(name)) for name in fields]


def fetch(origin, given):
    options = {"batch_size": given["batch_size"]} if "batch_size" in given else {}
    record = ServiceNowClient(origin, BOT).GlideRecord("incident", **options)
    _ask(record, given)
    record.query()
    return len([_values(row, given["fields"]) for row in record])


async def fetch_async(origin, given):
    record = await AsyncServiceNowClient(origin, BOT).GlideRecord("incident")
    _ask(record, given)
    await record.query()
    return len([_values(row, given["fields"]) async for row in record])


def create(origin, given):
    client = ServiceNowClient(origin, BOT)
    for values in given["rows"]:
        record = client.GlideRecord("incident")
        record.initialize()
        for name, value in values.items():
            record.set_value(name, value)
        assert record.insert()
    return len(given["rows"])


async def create_async(origin, given):
    client, rows = AsyncServiceNowClient(origin, BOT), iter(given["rows"])

    async def some():
        for values in rows:
            record = await client.GlideRecord("incident")
            record.initialize()
            for name, value in values.items():
                record.set_value(name, value)
            assert await record.insert()

    await asyncio.gather(*(some() for _ in range(given["at_once"])))
    return len(given["rows"])


def main():
    origin, name = sys.argv[1:]
    given = json.load(sys.stdin)
    began = time.perf_counter()
    done = globals()[name](origin, given)
    count = asyncio.run(done) if asyncio.iscoroutine(done) else done
    print(json.dumps({"seconds": time.perf_counter() - began, "count": count}))


if __name__ == "__main__":
    main()
