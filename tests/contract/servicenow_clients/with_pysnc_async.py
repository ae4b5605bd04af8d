"""PySNC's scenarios, its asynchronous half."""

import pysnc.asyncio.client
from pysnc.asyncio import AsyncServiceNowClient
from pysnc.asyncio.auth import (
    AsyncServiceNowClientCredentialsFlow,
    AsyncServiceNowPasswordGrantFlow,
)
from telling import ADMIN, BOT, CLIENT, MIA, outcome_of, run, tell

# It insists on https; the sandbox speaks plain http here.
pysnc.asyncio.client.get_instance = lambda origin: origin


async def incidents(origin, who=BOT, **options):
    return await AsyncServiceNowClient(origin, who).GlideRecord("incident", **options)


async def reads(origin, *_words):
    record = await incidents(origin)
    record.fields = ["number", "short_description", "state", "caller_id", "caller_id.email"]
    record.exclude_reference_link = False
    record.add_query("short_description", "STARTSWITH", "Contract")
    record.add_query("state", "IN", "1,2")
    record.order_by_desc("short_description")
    await record.query()
    names = ("short_description", "caller_id", "caller_id.email")
    tell(
        count=record.get_row_count(),
        rows=[[row.get_value(name) for name in names] async for row in record],
    )
    record.rewind()
    await record.next()
    tell(
        state=[record.get_value("state"), record.get_display_value("state")],
        caller=record.get_display_value("caller_id"),
        link=record.get_element("caller_id").get_link(),
    )


async def pages(origin, *_words):
    record = await incidents(origin, batch_size=3)
    record.order_by("number")
    await record.query()
    tell(all=[row.get_value("number") async for row in record])
    few = await incidents(origin, batch_size=3)
    few.order_by("number")
    few.limit = 4
    await few.query()
    tell(few=[row.get_value("number") async for row in few])


async def writes(origin, sys_id):
    record = await incidents(origin, ADMIN)
    record.initialize()
    record.set_new_guid_value(sys_id)
    record.set_value("short_description", "Contract")
    record.set_value("impact", "1")
    record.set_value("urgency", "1")
    tell(inserted=str(await record.insert()), priority=record.get_display_value("priority"))
    record.set_value("short_description", "Contract, changed")
    record.set_value("comments", "A word")
    tell(updated=str(await record.update()))
    again = await incidents(origin)
    tell(
        found=await again.get("number", record.get_value("number")),
        changed=again.get_value("short_description"),
        comments=again.get_display_value("comments"),
    )


async def deletes(origin, sys_id):
    record = await incidents(origin, ADMIN)
    await record.get(sys_id)
    tell(deleted=await record.delete(), left=await record.get(sys_id))


async def attaches(origin, sys_id):
    record = await incidents(origin)
    await record.get(sys_id)
    location = await record.add_attachment("größe.txt", b"one\ntwo", content_type="text/plain")
    tell(location=location)
    async for file in await record.get_attachments():
        tell(
            name=file.file_name,
            size=file.size_bytes,
            lines=await file.readlines(),
            streamed=(await file.as_temp_file()).read().decode(),
        )
    await record.add_attachment("second.bin", b"\x00\x01")
    second = 0
    async for file in await record.get_attachments():
        if file.file_name == "second.bin":
            second += 1
            await file.delete()
    tell(second=second, left=len([file async for file in await record.get_attachments()]))


async def batches(origin, *sys_ids):
    record = await incidents(origin, ADMIN)
    # Too long for an address: PySNC sends the query in a batch.
    record.add_query("sys_id", "IN", ",".join([*sys_ids, *(f"{n:032d}" for n in range(400))]))
    await record.query()
    tell(found=len(record))
    async for row in record:
        row.set_value("short_description", "Batched")
    tell(updated=await record.update_multiple())
    doomed = await incidents(origin, ADMIN)
    doomed.add_query("sys_id", sys_ids[0])
    tell(deleted=await doomed.delete_multiple())


async def signs_in(origin, *_words):
    me = "javascript:gs.getUserName()"
    # Requests that PySNC 1.2.1 makes itself leave out the token that this flow gives the session.
    session = await AsyncServiceNowPasswordGrantFlow(*BOT, *CLIENT).authenticate(origin)
    answer = await session.get("/api/now/table/sys_user", params={"user_name": me})
    tell(password=[row["user_name"] for row in answer.json()["result"]])
    session = await AsyncServiceNowClientCredentialsFlow(*CLIENT).authenticate(origin)
    record = await AsyncServiceNowClient(origin, session).GlideRecord("sys_user")
    record.add_query("user_name", me)
    await record.query()
    tell(client_credentials=[row.get_value("user_name") async for row in record])
    for name, flow in (
        ("wrong_password", AsyncServiceNowPasswordGrantFlow(BOT[0], "wrong", *CLIENT)),
        ("wrong_secret", AsyncServiceNowClientCredentialsFlow(CLIENT[0], "wrong")),
    ):
        tell(**{name: await outcome_of(flow.authenticate(origin))})


async def is_refused(origin, sys_id):
    nobody = await incidents(origin, ("admin", "wrong"))
    tell(not_signed_in=await outcome_of(nobody.query()))
    mia = await incidents(origin, MIA)
    mia.initialize()
    tell(no_right=await outcome_of(mia.insert()))
    record = await incidents(origin)
    await record.get(sys_id)
    record.set_value("state", "6")
    tell(policy=await outcome_of(record.update()))
    tell(no_record=await outcome_of((await incidents(origin)).get("0" * 32)))
    nothing = await AsyncServiceNowClient(origin, BOT).GlideRecord("no_such_table")
    tell(no_table=await outcome_of(nothing.query()))
    long = await incidents(origin)
    long.add_query("short_description", "x" * 8500)
    tell(too_long=await outcome_of(long.query()))


async def is_limited(origin, *_words):
    tell(limited=await outcome_of((await incidents(origin)).query()))


if __name__ == "__main__":
    run(globals())
