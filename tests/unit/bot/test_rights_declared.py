"""Every listener of the bot says which right it takes, and the list of them is what is meant."""

from slack_bolt.app.async_app import AsyncApp

from bot.app import TOPICS
from bot.handlers.commands import VERBS
from bot.identifiers import Action, Callback, Verb
from bot.listener import Bind
from connector.clock import utc_now
from connector.models import Right

FORMS = {
    Callback.CONNECT_SERVICENOW: Right.CONNECT,
    Callback.CONNECT_MICROSOFT: Right.CONNECT,
    Callback.MOVE: Right.CONNECT,
    Callback.RULE_FORM: Right.CONNECT,
    Callback.STATES_FORM: Right.CONNECT,
    Callback.DEFAULTS_FORM: Right.CONNECT,
    Callback.RIGHTS_FORM: Right.ADMINISTER,
    Callback.SHARE_FORM: Right.SHARE,
    Callback.CREATE_FORM: Right.SHARE,
    Callback.ACT_FORM: Right.CHANGE,
    Callback.ATTACH_FORM: Right.CHANGE,
    Callback.RESEND_FORM: Right.SHARE,
    Callback.ENTITY_EDIT: Right.CHANGE,
    Callback.BULK_FORM: Right.SHARE,
    Callback.NOTIFICATIONS: Right.SEE,
}
OPEN_TO_ANYONE = {
    Action.SIGN_IN.value,
    Verb.HELP.value,
    "link_shared",
    "entity_details_requested",
    Action.OPEN_SERVICENOW.value,
    Action.OPEN_DEFENDER.value,
    "app_uninstalled",
    "tokens_revoked",
    "team_access_granted",
    "team_access_revoked",
}
"""What the browser follows, what can be typed, previews, which have rules of their own, and what
Slack itself says of the app."""


class Recorder(AsyncApp):
    """An app that remembers what was registered, under which name, and which were forms."""

    def __init__(self):
        super().__init__(token="xoxb-1", signing_secret="1")
        self.listeners = []
        self.forms = {}

    def _note(self, name):
        return lambda listener: self.listeners.append((name, listener))

    def _note_form(self, name):
        self.forms[name] = len(self.listeners)
        return self._note(name)

    def command(self, name):
        return self._note(str(name))

    def event(self, name):
        return self._note(str(name))

    def action(self, name):
        return self._note(str(name["block_id"] if isinstance(name, dict) else name))

    def view(self, name, matchers=()):  # noqa: ARG002  -- as Bolt has it
        return self._note_form(str(name))

    def options(self, name):
        return self._note(str(name))

    def message_shortcut(self, name):
        return self._note_form(str(name))

    def shortcut(self, name):
        return self._note_form(str(name))

    global_shortcut = shortcut


def registered():
    app, bind = Recorder(), Bind(None, utc_now)
    for register in TOPICS:
        register(app, bind)
    return app, bind.rights


def test_no_listener_is_without_a_right():
    app, rights = registered()
    # The command and the button that repeats it hand on to the listener of their verb.
    dispatching = {"/snow", Action.OPEN_AGAIN.value}
    without = {name for name, listener in app.listeners if listener not in rights}
    assert without == dispatching
    assert len(app.listeners) > 40


def test_whoever_may_do_anything_is_listed_here():
    app, rights = registered()
    opened = {name for name, listener in app.listeners if rights.get(listener) is Right.ANYONE}
    opened |= {verb.value for verb, entry in VERBS.items() if entry.right is Right.ANYONE}
    assert opened == OPEN_TO_ANYONE


def test_every_form_takes_the_right_of_what_it_does():
    app, rights = registered()
    forms = {name: rights[app.listeners[at][1]] for name, at in app.forms.items()}
    # Slack's documents give an edit beside a preview a name or none.
    shortcuts = {
        "": Right.CHANGE,
        Callback.ATTACH_FILE.value: Right.CHANGE,
        Callback.SHARE_SHORTCUT.value: Right.SHARE,
        Callback.CREATE_SHORTCUT.value: Right.SHARE,
        Callback.MESSAGE_SHORTCUT.value: Right.SHARE,
    }
    assert forms == {each.value: right for each, right in FORMS.items()} | shortcuts


def test_every_verb_takes_the_right_of_what_it_does():
    takes = {verb: entry.right for verb, entry in VERBS.items()}
    assert {verb for verb, right in takes.items() if right is Right.CONNECT} == {
        Verb.CONNECT,
        Verb.DISCONNECT,
        Verb.SETUP,
        Verb.DOCTOR,
        Verb.SETTINGS,
        Verb.PREVIEWS,
    }
    assert {verb for verb, right in takes.items() if right is Right.SHARE} == {
        Verb.SHARE,
        Verb.CREATE,
    }


def test_every_button_and_search_that_leads_to_a_ticket_takes_the_right_to_it():
    app, rights = registered()
    makes = {each for each in Action if "share" in each} - {Action.SHARE_UPDATE}
    makes |= {Action.FIND, Action.FIND_MANY, Action.HOME_CREATE, Action.RESEND}
    # What a menu leads to asks for the right itself: whoever only sees a card may follow it.
    changes = {each for each in Action if each.startswith("act_")} - {Action.ACT_MORE}
    changes |= {Action.ATTACH_AGAIN, Action.SHARE_UPDATE}
    found = [(name, rights[listener]) for name, listener in app.listeners if listener in rights]
    assert {right for name, right in found if name in makes} == {Right.SHARE}
    assert {right for name, right in found if name in changes} == {Right.CHANGE}
