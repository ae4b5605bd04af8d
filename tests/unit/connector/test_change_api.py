"""What the Change Management API may answer, and what may be concluded from it."""

import pytest
from aiohttp import web
from pydantic import SecretStr

from connector.errors import (
    InvalidInputError,
    OutcomeUnknownError,
    ProviderUnavailableError,
    UnseenError,
)
from connector.models import ChangeTemplate
from connector.servicenow.changes import insert_standard, standard_templates
from connector.servicenow.client import ServiceNowClient
from tests.unit.connector.remotes import ACME, answering

TEMPLATE, MADE = "c" * 32, "e" * 32
REFERENCE = "snowline-00000000-0000-4000-8000-000000000001"
ANOTHER = "snowline-00000000-0000-4000-8000-000000000002"
SENT = {
    "sys_id": "a" * 32,
    "type": "standard",
    "correlation_id": REFERENCE,
    "short_description": "Block legacy sign-ins",
}


def cells(**values):
    return {name: {"value": value, "display_value": str(value)} for name, value in values.items()}


def row(**changed):
    kept = {"sys_id": MADE, "number": "CHG1", "sys_updated_on": "2026-11-24 10:00:00"}
    return cells(**kept | {"correlation_id": REFERENCE} | changed)


def client_of(http):
    return ServiceNowClient(http=http, host=ACME, token=SecretStr("t"))


def instance(answer, read_back=None, status=200):
    """An instance that answers a POST with ``answer`` and shows ``read_back`` afterwards."""

    async def handler(request):
        if request.method == "POST":
            handler.sent.append((request.path, await request.json()))
            return web.json_response(answer, status=status)
        if read_back is None:
            return web.json_response({"error": {"message": "No Record found"}}, status=404)
        return web.json_response({"result": read_back})

    handler.sent = []
    return handler


async def test_neither_a_sys_id_nor_a_type_is_sent_and_the_record_is_the_one_read_back():
    made = cells(sys_id=MADE, correlation_id=REFERENCE, state=-5.0, active=True)
    far = instance({"result": made | {"__meta": {"ignoredFields": []}}}, row())
    async with answering(far) as http:
        record = await insert_standard(client_of(http), TEMPLATE, SENT)
    assert (record.sys_id, record.number) == (MADE, "CHG1")
    ((path, body),) = far.sent
    assert path == f"/api/sn_chg_rest/change/standard/{TEMPLATE}"
    assert body.keys() == {"correlation_id", "short_description"}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param({"ok": True}, OutcomeUnknownError, id="no result"),
        pytest.param({"result": []}, OutcomeUnknownError, id="a list"),
        pytest.param({"result": {}}, OutcomeUnknownError, id="nothing in it"),
        pytest.param({"result": cells(sys_id=5)}, OutcomeUnknownError, id="no sys_id"),
        pytest.param(
            {"result": cells(sys_id=MADE, correlation_id=ANOTHER)},
            OutcomeUnknownError,
            id="another record",
        ),
        pytest.param(
            {"result": cells(sys_id=MADE, correlation_id=REFERENCE)}, UnseenError, id="not shown"
        ),
    ],
)
async def test_an_answer_that_is_not_the_record_proves_nothing(answer, error):
    async with answering(instance(answer)) as http:
        with pytest.raises(OutcomeUnknownError) as caught:
            await insert_standard(client_of(http), TEMPLATE, SENT)
    assert type(caught.value) is error


async def test_another_share_s_record_is_not_taken_for_the_one_that_was_made():
    far = instance({"result": cells(sys_id=MADE)}, row(correlation_id=ANOTHER))
    async with answering(far) as http:
        with pytest.raises(OutcomeUnknownError):
            await insert_standard(client_of(http), TEMPLATE, SENT)


async def test_a_record_that_kept_no_mark_is_still_the_one_that_was_made():
    far = instance({"result": cells(sys_id=MADE)}, row(correlation_id=""))
    async with answering(far) as http:
        record = await insert_standard(client_of(http), TEMPLATE, SENT)
    assert record.sys_id == MADE


async def test_templates_without_a_name_or_an_id_are_no_templates():
    rows = [
        cells(sys_id=TEMPLATE, name="Block legacy sign-ins"),
        cells(sys_id=TEMPLATE, name=""),
        cells(sys_id="../x", name="Strange"),
        {},
    ]
    async with answering(instance({}, rows)) as http:
        found = await standard_templates(client_of(http))
    assert found == (ChangeTemplate(id=TEMPLATE, name="Block legacy sign-ins"),)


async def test_an_instance_that_ignores_the_words_is_not_believed():
    rows = [cells(sys_id=TEMPLATE, name="Block legacy sign-ins")]
    async with answering(instance({}, rows)) as http:
        assert await standard_templates(client_of(http), ["switch"]) == ()


@pytest.mark.parametrize("word", ["^active=false", "javascript:gs.log()"])
async def test_a_word_that_would_change_the_question_is_never_asked(word):
    async with answering(instance({}, [])) as http:
        with pytest.raises(InvalidInputError):
            await standard_templates(client_of(http), [word])


async def test_templates_of_an_instance_that_is_down_can_be_asked_for_later():
    async def down(_request):
        return web.Response(status=503)

    async with answering(down) as http:
        with pytest.raises(ProviderUnavailableError):
            await standard_templates(client_of(http))
