import pytest

from bot.forms import FormError
from bot.forms.attachments import files_of, read_attachment
from bot.identifiers import Action, Block
from bot.views.attachments import attach_form, ticket_options
from connector.models import ActKind, Standing
from tests.unit.bot import samples

POSTED = {
    "files": [
        {"id": "F1", "name": "a\nproof.txt", "mimetype": "text/plain", "size": 5},
        {"id": "F2", "name": "b.bin", "mimetype": "nonsense", "size": 6},
        {"id": "F3", "mode": "tombstone"},
        "no file",
    ]
}


def sent(ticket="5" * 32, file="F1"):
    values = {
        Block.TICKET: {Action.ACT_TICKET: {"selected_option": {"value": ticket}}},
        Block.FILE: {Action.INPUT: {"selected_option": {"value": file}}},
    }
    form = attach_form(files_of(POSTED))
    return {"private_metadata": form["private_metadata"], "state": {"values": values}}


def test_what_was_deleted_is_no_file_and_a_type_that_is_none_is_bytes():
    first, second = files_of(POSTED)
    assert (first.name, first.type) == ("a proof.txt", "text/plain")
    assert second.type == "application/octet-stream"


def test_the_chosen_file_goes_to_the_chosen_ticket():
    draft = read_attachment(sent(file="F2"), by=samples.ADA, by_name="Ada Admin")
    assert draft.kind is ActKind.FILE
    assert draft.ticket == "5" * 32
    assert draft.file is not None
    assert draft.file.id == "F2"


@pytest.mark.parametrize(
    ("chosen", "block"), [({"ticket": ""}, "ticket"), ({"file": "F9"}, "file")]
)
def test_without_a_ticket_or_a_file_nothing_is_sent(chosen, block):
    with pytest.raises(FormError) as refused:
        read_attachment(sent(**chosen), by=samples.ADA, by_name="Ada Admin")
    assert list(refused.value.errors) == [block]


def test_a_ticket_is_found_by_its_number_or_by_words_of_its_name_while_it_is_followed():
    tickets = [
        samples.ticket(),
        samples.ticket(number="INC0010002", name="Other", is_gone=True),
        samples.ticket(number="INC0010003", name="Other", standing=Standing.FORMER),
    ]
    for words in ("inc0010001", "roles mfa", ""):
        assert len(ticket_options(tickets, words)["options"]) == 1
    assert ticket_options(tickets, "Other")["options"] == []
