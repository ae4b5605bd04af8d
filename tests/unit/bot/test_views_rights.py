from bot.views.rights import rights_form
from connector.models import Rights
from tests.unit.bot.reading import shown


def test_the_form_of_rights_says_what_guests_read_all_the_same():
    text = shown(rights_form(Rights()))
    assert "may do nothing" in text
    assert "read the cards and threads of the channels that they are in" in text
