"""PySNC's scenarios, its synchronous half."""

import pysnc.client
from pysnc import ServiceNowClient
from pysnc.auth import ServiceNowClientCredentialsFlow, ServiceNowPasswordGrantFlow
from telling import ADMIN, BOT, CLIENT, MIA, outcome, run, tell

# It insists on https; the sandbox speaks plain http here.
pysnc.client.get_instance = lambda origin: origin


def reads(origin, *_words):
    record = ServiceNowClient(origin, BOT).GlideRecord("incident")
    record.fields = ["number", "short_description", "state", "caller_id", "caller_id.email"]
    record.exclude_reference_link = False
    record.add_query("short_description", "STARTSWITH", "Contract")
    record.add_query("state", "IN", "1,2")
    record.order_by_desc("short_description")
    record.query()
    names = ("short_description", "caller_id", "caller_id.email")
    tell(
        count=record.get_row_count(),
        rows=[[row.get_value(name) for name in names] for row in record],
    )
    record.rewind()
    record.next()
    tell(
        state=[record.get_value("state"), record.get_display_value("state")],
        caller=record.get_display_value("caller_id"),
        link=record.get_element("caller_id").get_link(),
    )


def pages(origin, *_words):
    client = ServiceNowClient(origin, BOT)
    record = client.GlideRecord("incident", batch_size=3)
    record.order_by("number")
    record.query()
    tell(all=[row.get_value("number") for row in record])
    few = client.GlideRecord("incident", batch_size=3)
    few.order_by("number")
    few.limit = 4
    few.query()
    tell(few=[row.get_value("number") for row in few])


def writes(origin, sys_id):
    record = ServiceNowClient(origin, ADMIN).GlideRecord("incident")
    record.initialize()
    record.set_new_guid_value(sys_id)
    record.set_value("short_description", "Contract")
    record.set_value("impact", "1")
    record.set_value("urgency", "1")
    tell(inserted=str(record.insert()), priority=record.get_display_value("priority"))
    record.set_value("short_description", "Contract, changed")
    record.set_value("comments", "A word")
    tell(updated=str(record.update()))
    again = ServiceNowClient(origin, BOT).GlideRecord("incident")
    tell(
        found=again.get("number", record.get_value("number")),
        changed=again.get_value("short_description"),
        comments=again.get_display_value("comments"),
    )


def deletes(origin, sys_id):
    record = ServiceNowClient(origin, ADMIN).GlideRecord("incident")
    record.get(sys_id)
    tell(deleted=record.delete(), left=record.get(sys_id))


def attaches(origin, sys_id):
    record = ServiceNowClient(origin, BOT).GlideRecord("incident")
    record.get(sys_id)
    tell(location=record.add_attachment("größe.txt", b"one\ntwo", content_type="text/plain"))
    for file in record.get_attachments():
        tell(
            name=file.file_name,
            size=file.size_bytes,
            lines=file.readlines(),
            streamed=file.as_temp_file().read().decode(),
        )
    record.add_attachment("second.bin", b"\x00\x01")
    second = [file for file in record.get_attachments() if file.file_name == "second.bin"]
    for file in record.get_attachments():
        if file.file_name == "second.bin":
            file.delete()
    tell(second=len(second), left=len(list(record.get_attachments())))


def batches(origin, *sys_ids):
    client = ServiceNowClient(origin, ADMIN)
    record = client.GlideRecord("incident")
    # Too long for an address: PySNC sends the query in a batch.
    record.add_query("sys_id", "IN", ",".join([*sys_ids, *(f"{n:032d}" for n in range(400))]))
    record.query()
    tell(found=len(record))
    for row in record:
        row.set_value("short_description", "Batched")
    tell(updated=record.update_multiple())
    doomed = client.GlideRecord("incident")
    doomed.add_query("sys_id", sys_ids[0])
    tell(deleted=doomed.delete_multiple())


def signs_in(origin, *_words):
    for name, flow in (
        ("password", ServiceNowPasswordGrantFlow(*BOT, *CLIENT)),
        ("client_credentials", ServiceNowClientCredentialsFlow(*CLIENT)),
    ):
        record = ServiceNowClient(origin, flow).GlideRecord("sys_user")
        record.add_query("user_name", "javascript:gs.getUserName()")
        record.query()
        tell(**{name: [row.get_value("user_name") for row in record]})
    for name, flow in (
        ("wrong_password", ServiceNowPasswordGrantFlow(BOT[0], "wrong", *CLIENT)),
        ("wrong_secret", ServiceNowClientCredentialsFlow(CLIENT[0], "wrong")),
    ):
        tell(**{name: outcome(ServiceNowClient, origin, flow)})


def is_refused(origin, sys_id):
    nobody = ServiceNowClient(origin, ("admin", "wrong")).GlideRecord("incident")
    tell(not_signed_in=outcome(nobody.query))
    mia = ServiceNowClient(origin, MIA).GlideRecord("incident")
    mia.initialize()
    tell(no_right=outcome(mia.insert))
    client = ServiceNowClient(origin, BOT)
    record = client.GlideRecord("incident")
    record.get(sys_id)
    record.set_value("state", "6")
    tell(policy=outcome(record.update))
    tell(no_record=outcome(client.GlideRecord("incident").get, "0" * 32))
    tell(no_table=outcome(client.GlideRecord("no_such_table").query))
    long = client.GlideRecord("incident")
    long.add_query("short_description", "x" * 8500)
    tell(too_long=outcome(long.query))


def is_limited(origin, *_words):
    record = ServiceNowClient(origin, BOT, auto_retry=False).GlideRecord("incident")
    tell(limited=outcome(record.query))


def waits(origin, *_words):
    record = ServiceNowClient(origin, BOT).GlideRecord("incident")
    record.query()
    tell(count=len(record))


if __name__ == "__main__":
    run(globals())
