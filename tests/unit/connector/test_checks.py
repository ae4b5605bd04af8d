"""Every check says by its own sentence what is wrong, and passes where nothing is."""

import pytest

from connector.models import CheckOutcome
from tests.unit.connector.checking import (
    FAILED,
    UNKNOWN,
    Setup,
    answer_with_a_sign_in_page,
    ask_for_a_browser,
    behaving,
    behind,
    checks,
    close,
    connect_as_oneself,
    delete_tickets,
    delete_tickets_among_others,
    end_the_sign_in,
    fault,
    hide_the_user,
    hide_tickets,
    lead_elsewhere,
    released,
    rename_the_user,
    retire_the_client,
    retire_the_user,
    take_role,
)
from tests.unit.connector.stage import Stage


@pytest.fixture
def call_deadline() -> float:
    """On a busy machine a late answer would be taken for none."""
    return 3.0


@pytest.mark.parametrize(
    ("setup", "name", "outcome", "said", "remedy"),
    [
        pytest.param(fault("sleeping"), "Awake", FAILED, "is asleep", "to wake it", id="asleep"),
        pytest.param(
            fault("503"), "Awake", FAILED, "no usable answer", "check the network", id="down"
        ),
        pytest.param(
            fault("hang"), "Awake", FAILED, "no usable answer", "check the network", id="silent"
        ),
        pytest.param(
            fault("blocked"),
            "Let in",
            FAILED,
            "does not let this machine in",
            "IP Address Access Control, by the address",
            id="blocked by its address",
        ),
        pytest.param(
            end_the_sign_in,
            "Sign-in",
            FAILED,
            "no longer accepts",
            "/snow connect",
            id="signed out",
        ),
        pytest.param(
            retire_the_user, "Sign-in", FAILED, "no longer accepts", "is active", id="inactive"
        ),
        pytest.param(
            ask_for_a_browser,
            "Single sign-on",
            FAILED,
            "Single sign-on is in the way",
            "“Not you?” and sign in as the integration user",
            id="single sign-on catches the token",
        ),
        pytest.param(
            answer_with_a_sign_in_page,
            "Single sign-on",
            FAILED,
            "asks for a browser sign-in",
            "an Entra user of the same name and e-mail address",
            id="a page to sign in on",
        ),
        pytest.param(
            fault("sso:50"),
            "Single sign-on",
            FAILED,
            "Single sign-on is in the way",
            "an Entra user of the same name and e-mail address",
            id="single sign-on before everything",
        ),
        pytest.param(
            fault("mfa:50"),
            "Single sign-on",
            FAILED,
            "asks for a second factor (MFA)",
            "“Not you?” there, then as the integration user",
            id="a second factor",
        ),
        pytest.param(
            behaving(frozen=frozenset({"incident"})),
            "Changing incidents",
            FAILED,
            "may not change incidents",
            "the role itil",
            id="incidents read-only",
        ),
        pytest.param(
            behaving(frozen=frozenset({"change_request"})),
            "Changing change requests",
            FAILED,
            "may not change change requests",
            "the role sn_change_write",
            id="changes read-only",
        ),
        pytest.param(
            hide_tickets("incident"),
            "Changing incidents",
            UNKNOWN,
            "is not shown",
            "may be read",
            id="nothing to try it with",
        ),
        pytest.param(
            close("sys_user_preference"),
            "Shown in ServiceNow",
            UNKNOWN,
            "does not show how the connection stands",
            "Nothing depends on it",
            id="preferences closed",
        ),
        pytest.param(
            rename_the_user,
            "Account",
            FAILED,
            "belongs to mia.member.2",
            "Not you?",
            id="other user",
        ),
        pytest.param(
            connect_as_oneself, "Account", FAILED, "of Ada Admin", "of its own", id="a person's own"
        ),
        pytest.param(
            hide_the_user,
            "Account",
            FAILED,
            "own user record",
            "snc_platform",
            id="own user hidden",
        ),
        pytest.param(
            take_role("itil"),
            "Roles",
            FAILED,
            "itil or sn_incident_write (for incidents)",
            "the user's roles",
            id="no role for incidents",
        ),
        pytest.param(
            take_role("sn_change_write"),
            "Roles",
            FAILED,
            "sn_change_write (for change requests)",
            "the user's roles",
            id="no role for changes",
        ),
        pytest.param(
            close("sys_user_has_role"),
            "Roles",
            UNKNOWN,
            "does not show which roles",
            "sn_change_write",
            id="roles hidden",
        ),
        pytest.param(
            close("incident"),
            "Reading incidents",
            FAILED,
            "may not read incidents",
            "access rule",
            id="incidents closed",
        ),
        pytest.param(
            close("change_request"),
            "Reading change requests",
            FAILED,
            "may not read change requests",
            "access rule",
            id="changes closed",
        ),
        pytest.param(
            hide_tickets("incident"),
            "Reading incidents",
            FAILED,
            "newest incidents that Snowline made, ServiceNow hides 1 of 1",
            "hides them",
            id="incidents hidden",
        ),
        pytest.param(
            hide_tickets("change_request"),
            "Reading change requests",
            FAILED,
            "newest change requests that Snowline made, ServiceNow hides 1 of 1",
            "hides them",
            id="changes hidden",
        ),
        pytest.param(
            delete_tickets, "Reading incidents", FAILED, "no incidents at all", "hides", id="gone"
        ),
        pytest.param(
            delete_tickets_among_others,
            "Reading incidents",
            UNKNOWN,
            "but none of the newest that Snowline made (1)",
            "not deleted",
            id="ours gone",
        ),
        pytest.param(
            behaving(unreadable=frozenset({"description"})),
            "Fields of incidents",
            FAILED,
            "does not show, of incidents: description",
            "access rules",
            id="a field hidden",
        ),
        pytest.param(
            behaving(unreadable=frozenset({"correlation_id", "sys_created_by"})),
            "Fields of change requests",
            FAILED,
            "does not search change requests by correlation_id, sys_created_by",
            "access rules",
            id="not to be searched by",
        ),
        pytest.param(
            behaving(opened=frozenset({"sys_properties"})),
            "OAuth client",
            UNKNOWN,
            "may not read oauth_entity",
            "Nothing need be done",
            id="registry closed",
        ),
        pytest.param(
            retire_the_client, "OAuth client", FAILED, "not active", "Activate", id="client retired"
        ),
        pytest.param(
            lead_elsewhere,
            "OAuth client",
            FAILED,
            "does not name Snowline's redirect URL",
            "/oauth/servicenow/callback",
            id="client leads elsewhere",
        ),
        pytest.param(
            behaving(opened=frozenset({"oauth_entity"})),
            "Release",
            UNKNOWN,
            "does not tell",
            "Kingston or later",
            id="release hidden",
        ),
        pytest.param(
            released("Jakarta"), "Release", FAILED, "is on Jakarta", "upgraded", id="too old"
        ),
        pytest.param(
            released("Brazil"), "Release", UNKNOWN, "on brazil", "newer", id="unknown release"
        ),
        pytest.param(behind(-600), "Clock", FAILED, "minutes behind", "NTP", id="we are behind"),
        pytest.param(behind(600), "Clock", FAILED, "minutes ahead of", "NTP", id="we are ahead"),
    ],
)
async def test_what_is_wrong_is_said_by_its_own_check(
    healthy: Stage, setup: Setup, name: str, outcome: CheckOutcome, said: str, remedy: str
) -> None:
    before = (await checks(healthy))[name]
    assert before.outcome is CheckOutcome.PASSED, before
    setup(healthy)
    found = await checks(healthy)
    assert found[name].outcome is outcome, found[name]
    assert said in found[name].sentence
    assert remedy in found[name].remedy
