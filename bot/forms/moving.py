"""The question of what becomes of the tickets of a former instance."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from bot.forms.fields import Fields, View
from bot.identifiers import Block
from connector.models import Grant, Standing
from connector.services.forms import SignIn
from connector.words import tr

CHOICES = (Standing.FORMER, Standing.FORGOTTEN)


@dataclass(frozen=True, slots=True)
class MoveForm:
    """The answer, and the sign-in that waits for it."""

    becomes: Standing
    sign_in: SignIn

    @classmethod
    def read(cls, view: View) -> Self:
        """Read it.

        Raises:
            FormError: nothing was chosen.
        """
        fields = Fields(view)
        becomes = fields.choice(
            Block.FORMER_TICKETS, Standing, tr("what becomes of the tickets"), Standing.FORMER
        )
        if becomes not in CHOICES:
            fields.errors[Block.FORMER_TICKETS] = tr("Choose what becomes of the tickets.")
        fields.check()
        return cls(becomes, waiting(view))


def metadata(sign_in: SignIn) -> str:
    """Write a sign-in down for the question's modal to carry to whoever began it."""
    return json.dumps(asdict(sign_in))


def waiting(view: View) -> SignIn:
    """Read the sign-in that a question's modal carries."""
    kept = json.loads(str(view["private_metadata"]))
    return SignIn(**{**kept, "grant": Grant(kept["grant"])})
