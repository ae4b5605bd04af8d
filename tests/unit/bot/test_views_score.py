from datetime import timedelta

from bot.identifiers import Action
from bot.views.score import score
from tests.unit.bot import samples
from tests.unit.bot.reading import shown


def test_the_score_says_points_gain_and_how_old_it_is():
    message = score(samples.score(), samples.NOW)
    text = shown(message)
    assert "128 of 274 points (47%)" in text
    assert "3 open actions, worth 27 points in all" in text
    assert "Microsoft's score of 23 Nov 2026, read 5 minutes ago" in text
    assert "128 of 274 points" in message.text
    assert "⚠️" not in text


def test_a_score_read_days_ago_is_marked():
    old = samples.score(read_at=samples.NOW - timedelta(days=2))
    assert "⚠️ Microsoft's score of 23 Nov 2026, read 2 days ago" in shown(score(old, samples.NOW))


def test_the_actions_with_the_most_gain_come_first_each_with_a_share_button():
    small = samples.action(id="small", max_score=2.0)
    big = samples.action(id="big", max_score=20.0)
    closed = samples.action(id="closed", state="Ignored")
    blocks = score(samples.score(actions=(small, closed, big)), samples.NOW).blocks
    pressed = [block["accessory"] for block in blocks if "accessory" in block]
    assert [each["value"] for each in pressed] == ["big", "small"]
    assert {each["action_id"] for each in pressed} == {Action.SHARE}
    assert {each["text"]["text"] for each in pressed} == {"Share"}


def test_what_microsoft_does_not_know_is_not_said():
    action = samples.action(user_impact="Unknown", implementation_cost="<Vast>")
    text = shown(score(samples.score(actions=(action,)), samples.NOW))
    assert "+9 points · Identity · effort &lt;vast&gt;" in text


def test_eight_are_shown_and_the_rest_can_be_found():
    message = score(samples.score(40), samples.NOW)
    assert sum("accessory" in block for block in message.blocks) == 8
    assert "32 more: `/snow share`" in shown(message)


def test_nothing_left_to_win_is_said():
    assert "nothing is left to win" in shown(score(samples.score(0), samples.NOW))


def test_a_tenant_without_any_points_has_no_percentage():
    text = shown(score(samples.score(0, current=0.0, maximum=0.0), samples.NOW))
    assert "0 of 0 points" in text
    assert "%" not in text
