"""What the tenant holds: control profiles by id, and daily scores, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.sandbox.microsoft.odata import Entity
from bot.sandbox.microsoft.times import midnight


@dataclass(slots=True)
class Tenant:
    """The state behind Graph's two collections."""

    profiles: dict[str, Entity]
    scores: list[Entity]

    def score(self, score_id: str) -> Entity | None:
        """Find a day's score."""
        return next((score for score in self.scores if score["id"] == score_id), None)

    def decide(self, action: str, update: Entity) -> Entity:
        """Append a decision to an action's history and return the profile.

        Raises:
            KeyError: there is no such action.
        """
        profile = self.profiles[action]
        history = profile.get("controlStateUpdates") or []
        self.profiles[action] = profile | {"controlStateUpdates": [*history, update]}
        return self.profiles[action]

    def fix(self, action: str) -> Entity:
        """Let a day pass on which the action was carried out, and return the day's score.

        Raises:
            KeyError: the action does not count towards the score, or there is no score.
        """
        newest = self.scores[0] if self.scores else {}
        maximum = self.profiles[action]["maxScore"]
        if action not in {control["controlName"] for control in _controls(newest)}:
            raise KeyError(action)
        controls = [
            _full(control, maximum) if control["controlName"] == action else control
            for control in _controls(newest)
        ]
        score = _next_day(newest) | {
            "controlScores": controls,
            "currentScore": total(control["score"] for control in controls),
        }
        self.scores.insert(0, score)
        return score

    def remove(self, action: str) -> None:
        """Take an action out of the catalogue and of the newest score.

        Raises:
            KeyError: there is no such action.
        """
        profile = self.profiles.pop(action)
        if not self.scores:
            return
        newest = self.scores[0]
        controls = [one for one in _controls(newest) if one["controlName"] != action]
        if len(controls) < len(_controls(newest)):
            self.scores[0] = newest | {
                "controlScores": controls,
                "currentScore": total(control["score"] for control in controls),
                "maxScore": total((newest["maxScore"], -profile["maxScore"])),
            }


def total(points: Iterable[float]) -> float:
    """Add points up without the dust of binary fractions."""
    return round(sum(points), 2)


def _controls(score: Entity) -> list[Entity]:
    controls: list[Entity] = score.get("controlScores", [])
    return controls


def _full(control: Entity, maximum: float) -> Entity:
    done = control | {
        "score": maximum,
        "scoreInPercentage": 100,
        "implementationStatus": "Done as recommended.",
    }
    if "on" in control:
        done["on"] = "true"
    if "total" in control:
        done["count"] = control["total"]
    return done


def _next_day(score: Entity) -> Entity:
    day = date.fromisoformat(score["createdDateTime"][:10]) + timedelta(days=1)
    stem = score["id"].rpartition("_")[0]
    return score | {"id": f"{stem}_{day.isoformat()}", "createdDateTime": midnight(day)}
