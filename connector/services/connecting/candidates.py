"""What is to become the connection to an instance, once its tokens prove it right."""

from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from connector.models import Grant, UserId, WorkspaceId
from connector.oauth.tokens import OAuthClient
from connector.store.sign_ins import SignInRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who wants to connect which instance, as whom and how."""

    workspace: WorkspaceId
    user_id: UserId
    instance: str
    integration_user: str
    client_id: str
    grant: Grant
    secret: SecretStr | None = None

    @classmethod
    def of(cls, row: SignInRow, secret: SecretStr | None = None) -> Self:
        """Take it from a sign-in under way; ``secret`` is its secret, opened."""
        return cls(
            workspace=row.workspace,
            user_id=row.user_id,
            instance=row.instance,
            integration_user=row.integration_user,
            client_id=row.client_id,
            grant=row.grant,
            secret=secret,
        )

    @property
    def client(self) -> OAuthClient:
        """What Snowline is registered as there."""
        return OAuthClient(client_id=self.client_id, secret=self.secret)
