"""Which ticket or improvement action a link names, and that nothing else names one."""

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.models import TicketKind
from connector.services.links.naming import ActionName, RecordName, action_in, record_in

ID = "0123456789abcdef0123456789abcdef"
HOST = "https://acme.service-now.com"
ORIGINS = frozenset({HOST})
PORTAL = frozenset({"https://security.microsoft.com"})
INCIDENT, CHANGE = TicketKind.INCIDENT, TicketKind.CHANGE_REQUEST
BY_ID = RecordName(kind=INCIDENT, sys_id=ID)
LINK = f"{HOST}/incident.do?sys_id={ID}"
ACTION = "https://security.microsoft.com/securescore?viewid=actions&actionId="


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(f"/nav_to.do?uri=incident.do%3Fsys_id%3D{ID}", BY_ID, id="as cards have it"),
        pytest.param(f"/nav_to.do?uri=incident.do?sys_id={ID}", BY_ID, id="not encoded"),
        pytest.param(f"/nav_to.do?uri=%2Fincident.do%3Fsys_id%3D{ID}", BY_ID, id="with a slash"),
        pytest.param(
            f"/nav_to.do?uri=incident.do%3Fsys_id%3D{ID}%26sysparm_view%3Dess", BY_ID, id="a view"
        ),
        pytest.param(f"/incident.do?sys_id={ID}", BY_ID, id="the form itself"),
        pytest.param(f"/incident.do?sysparm_view=ess&sys_id={ID}", BY_ID, id="among others"),
        pytest.param(
            f"/change_request.do?sys_id={ID}", RecordName(kind=CHANGE, sys_id=ID), id="a change"
        ),
        pytest.param(f"/task.do?sys_id={ID}", RecordName(kind=None, sys_id=ID), id="any task"),
        pytest.param(
            f"/now/nav/ui/classic/params/target/incident.do%3Fsys_id%3D{ID}", BY_ID, id="next one"
        ),
        pytest.param(
            f"/now/nav/ui/classic/params/target/incident.do%253Fsys_id%253D{ID}",
            BY_ID,
            id="encoded twice",
        ),
        pytest.param(f"/now/sow/record/incident/{ID}", BY_ID, id="service operations"),
        pytest.param(f"/now/sow/record/incident/{ID}/params/x/y", BY_ID, id="with more"),
        pytest.param(f"/now/cwf/agent/record/incident/{ID}", BY_ID, id="agent workspace"),
        pytest.param(f"/sp?id=ticket&table=incident&sys_id={ID}", BY_ID, id="service portal"),
        pytest.param(
            "/incident.do?sysparm_query=number=INC0010001",
            RecordName(kind=INCIDENT, number="INC0010001"),
            id="by number",
        ),
        pytest.param(
            "/nav_to.do?uri=change_request.do%3Fsysparm_query%3Dnumber%3DCHG0030001",
            RecordName(kind=CHANGE, number="CHG0030001"),
            id="by number, framed",
        ),
    ],
)
def test_a_link_into_the_instance_names_its_record(path, name):
    assert record_in(f"{HOST}{path}", ORIGINS) == name
    assert record_in(f"https://ACME.service-now.com:443{path}#top", ORIGINS) == name


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(LINK.replace("acme", "globex"), id="another instance"),
        pytest.param(LINK.replace("https", "http"), id="no https"),
        pytest.param(LINK.replace("service-now.com", "service-now.com.evil.example"), id="suffix"),
        pytest.param(LINK.replace("acme.", "acme.evil.example/acme."), id="the host in the path"),
        pytest.param(LINK.replace("acme", "evil.acme"), id="below the instance"),
        pytest.param(LINK.replace("https://acme", "https://xacme"), id="a longer name"),
        pytest.param(LINK.replace("service-now", "service－now"), id="a wide hyphen"),
        pytest.param(LINK.replace("acme", "аcme"), id="a Cyrillic a"),
        pytest.param(LINK.replace(".com/", ".com./"), id="a trailing dot"),
        pytest.param(
            LINK.replace("https://", "https://acme.service-now.com@evil.example/"), id="@"
        ),
        pytest.param(LINK.replace("https://", "https://me:secret@"), id="somebody signed in"),
        pytest.param(LINK.replace(".com/", ".com:8443/"), id="another port"),
        pytest.param(LINK.replace(".com/", ".com:port/"), id="a port that is none"),
        pytest.param(LINK.replace("https://", "https:\\\\"), id="backslashes"),
        pytest.param(LINK.replace("/incident", "\\@evil.example/incident"), id="a backslash"),
        pytest.param(LINK.replace("https://", "https://["), id="half an address"),
        pytest.param(f"javascript:{LINK}", id="javascript"),
        pytest.param(f"{LINK}&sys_id={'f' * 32}", id="two ids"),
        pytest.param(f"{HOST}/incident.do?sys_id=-1", id="a new record"),
        pytest.param(f"{HOST}/incident.do?sys_id={ID}x", id="a longer id"),
        pytest.param(f"{HOST}/incident.do?sys_id={ID.upper()}", id="capitals"),
        pytest.param(f"{HOST}/incident.do?sys_id={ID}%00", id="a null"),
        pytest.param(f"{HOST}/sys_user.do?sys_id={ID}", id="a person"),
        pytest.param(f"{HOST}/now/sow/record/sys_user/{ID}", id="a person's page"),
        pytest.param(f"{HOST}/incident_list.do?sysparm_query=active=true", id="a list"),
        pytest.param(
            f"{HOST}/nav_to.do?uri=https://evil.example/incident.do?sys_id={ID}", id="out"
        ),
        pytest.param(f"{HOST}/nav_to.do?uri=//evil.example/incident.do?sys_id={ID}", id="out, too"),
        pytest.param(f"{HOST}/nav_to.do?uri=nav_to.do?uri=incident.do?sys_id={ID}", id="in itself"),
        pytest.param(f"{HOST}/a/../incident.do?sys_id={ID}", id="up and down"),
        pytest.param(
            f"{HOST}/incident.do?sysparm_query=number=INC0010001^ORactive=true", id="more than one"
        ),
        pytest.param(f"{LINK}&x={'a' * 10_000}", id="ten thousand characters"),
        pytest.param(f"{HOST}/incident.do?{'a=1&' * 900}sys_id={ID}", id="a thousand parameters"),
        pytest.param(f"{LINK} and more", id="a space"),
        pytest.param(f"{LINK}\n", id="a line end"),
        pytest.param(HOST, id="nothing but the host"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_not_surely_the_instances_own_names_nothing(url):
    assert record_in(url, ORIGINS) is None


@pytest.mark.parametrize("id_", ["AdminMFAV2", "scid_2001", "aad_admin accounts", "x%20y&z"])
def test_a_link_as_cards_have_it_names_its_action(id_):
    url = f"{ACTION}{quote(id_, safe='')}"
    assert action_in(url, PORTAL) == ActionName(id=id_)
    assert action_in(f"{url}&tid=tenant", PORTAL) == ActionName(id=id_, tenant="tenant")


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://security.microsoft.com/securescore", id="the overview"),
        pytest.param("https://security.microsoft.com/incidents?actionId=a", id="another page"),
        pytest.param(f"{ACTION}a&actionId=b", id="two actions"),
        pytest.param(f"{ACTION}a%0ab", id="a line end"),
        pytest.param(f"{ACTION}{'a' * 300}", id="too long an id"),
        pytest.param(f"{ACTION}a".replace("security.", "security-"), id="a look-alike"),
        pytest.param(f"{ACTION}a".replace(".com/", ".com.evil.example/"), id="a suffix"),
        pytest.param(f"{ACTION}a".replace("https", "http"), id="no https"),
        pytest.param(LINK, id="a ticket"),
    ],
)
def test_what_is_not_surely_the_portals_own_names_no_action(url):
    assert action_in(url, PORTAL) is None


PIECES = st.sampled_from(
    [
        HOST,
        "https://",
        "acme.service-now.com",
        "/incident.do",
        "/nav_to.do",
        "?uri=",
        "incident.do",
        "?sys_id=",
        f"sys_id={ID}",
        ID,
        "%3F",
        "%3D",
        "%25",
        "&",
        "#",
        "@",
        ":443",
        "/now/nav/ui/classic/params/target/",
        "/now/sow/record/",
        "..",
        "\\",
        "evil.example",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_whatever_is_typed_names_a_record_of_the_instance_alone_or_nothing(url):
    name = record_in(url, ORIGINS)
    if name is not None:
        parts = urlsplit(url)
        assert (parts.scheme, parts.hostname) == ("https", "acme.service-now.com")
        assert "@" not in parts.netloc
        assert name.sys_id == ID or name.number
    action_in(url, PORTAL)
