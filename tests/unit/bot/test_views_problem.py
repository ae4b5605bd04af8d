from bot.identifiers import Action, Callback, Verb
from bot.views.help import help_text
from bot.views.problem import Problem, open_again, problem, problem_modal
from tests.unit.bot.reading import controls, shown

PROBLEM = Problem(
    tried="Share an action.",
    why="ServiceNow cannot be reached.",
    next_step="Try again in a minute.",
    reference="1a2b3c4d",
)


def test_a_problem_has_four_parts():
    message = problem(PROBLEM)
    text = shown(message)
    assert "*Tried:* Share an action." in text
    assert "*Why it failed:* ServiceNow cannot be reached." in text
    assert "*Next step:* Try again in a minute." in text
    assert "`1a2b3c4d`" in text
    assert "1a2b3c4d" in message.text


def test_a_part_that_is_empty_is_left_out():
    told = Problem(tried="Share.", why="No.", next_step="", reference="1a2b3c4d")
    assert "Next step" not in shown(problem(told))


def test_a_problem_above_a_modal_leads_back_to_it():
    view = problem_modal(PROBLEM)
    assert view["callback_id"] == Callback.PROBLEM
    assert view["close"]["text"] == "Back"
    assert "1a2b3c4d" in shown(view)


def test_what_came_too_late_is_opened_by_a_button_that_knows_the_command():
    press = controls(open_again(Action.OPEN_AGAIN, "share mfa"))["Open form"]
    assert (press["action_id"], press["value"]) == (Action.OPEN_AGAIN, "share mfa")


def test_help_lists_every_verb():
    text = shown(help_text())
    for verb in Verb:
        assert f"`/snow {verb}" in text


def test_an_unknown_verb_is_named_before_the_list():
    message = help_text("dance `now`")
    assert "There is no `/snow dance now`" in shown(message)
    assert "/snow share" in message.text
