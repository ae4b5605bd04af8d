"""The forms that connect and end connections."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from bot.forms.fields import ACCOUNT_LENGTH, Fields, View, secret
from bot.identifiers import COMMAND, Block
from connector.errors import OvertakenError, Provider
from connector.models import Grant
from connector.services.forms import MicrosoftForm, ServiceNowForm
from connector.words import tr


@dataclass(frozen=True, slots=True)
class Ending:
    """Which connection a button ends: of its provider, the one made at ``connected_at``."""

    provider: Provider
    connected_at: datetime

    def value(self) -> str:
        """Write it down for the button to carry."""
        return f"{self.provider} {self.connected_at.isoformat()}"

    @classmethod
    def read(cls, value: str) -> Self:
        """Read what a button carries.

        Raises:
            OvertakenError: an older Snowline made the button, and did not say which it ends.
        """
        provider, _, connected_at = value.rpartition(" ")
        try:
            return cls(Provider(provider), datetime.fromisoformat(connected_at))
        except ValueError as exc:
            raise OvertakenError(
                "the button names no connection",
                tr(
                    "This button is too old to be used. Type `{command} disconnect` for a new one.",
                    command=COMMAND,
                ),
            ) from exc


class ConnectForm:
    """The form that connects ServiceNow."""

    @staticmethod
    def read(view: View) -> ServiceNowForm:
        """Read it; the client secret may be empty.

        Raises:
            FormError: a field is missing or too long.
        """
        fields = Fields(view)
        form = ServiceNowForm(
            instance=fields.text(Block.INSTANCE, tr("the instance's name"), ACCOUNT_LENGTH),
            integration_user=fields.text(
                Block.INTEGRATION_USER, tr("the integration user's name"), ACCOUNT_LENGTH
            ),
            client_id=fields.text(Block.CLIENT_ID, tr("the client ID"), ACCOUNT_LENGTH),
            client_secret=secret(fields, required=False),
            grant=_grant(fields),
        )
        fields.check()
        return form


def _grant(fields: Fields) -> Grant:
    # A form that an older Snowline opened does not ask.
    if not fields.has(Block.GRANT):
        return Grant.CODE
    return fields.choice(Block.GRANT, Grant, tr("how to connect"), Grant.CODE)


class MicrosoftConnectForm:
    """The form that connects Microsoft 365."""

    @staticmethod
    def read(view: View) -> MicrosoftForm:
        """Read it.

        Raises:
            FormError: a field is missing or too long.
        """
        fields = Fields(view)
        form = MicrosoftForm(
            tenant=fields.text(Block.TENANT, tr("the tenant ID"), ACCOUNT_LENGTH),
            client_id=fields.text(Block.CLIENT_ID, tr("the client ID"), ACCOUNT_LENGTH),
            client_secret=secret(fields, required=True),
        )
        fields.check()
        return form
