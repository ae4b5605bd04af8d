"""What each server says when it starts: where it is, who may come in, how to make it fail."""

from typing import Final

from bot.sandbox import accounts, faults
from bot.sandbox.microsoft import apps
from bot.sandbox.slack import SlackSettings


def slack(origin: str, settings: SlackSettings) -> str:
    """Introduce the workspace."""
    people = [
        (person.real_name, person.id, _rank(person))
        for person in (*accounts.SLACK_ACCOUNTS, *accounts.VISITORS)
    ]
    rows = [
        ("Page to use it", origin),
        ("Web API", f"{origin}/api/"),
        ("Bot token", accounts.BOT_TOKEN),
        ("App token", accounts.APP_TOKEN),
        ("Signing secret", accounts.SIGNING_SECRET),
        ("Deliveries go", settings.request_url or "over Socket Mode (apps.connections.open)"),
        ("Delivered", f"{', '.join(each.command for each in settings.commands)}, interactions"),
        ("Events", ", ".join(settings.events)),
        ("Channels", ", ".join(f"#{c.name} {c.id}" for c in accounts.SLACK_CHANNELS)),
        *[("Person", ", ".join(part for part in person if part)) for person in people],
    ]
    return _text("Slack", origin, rows)


def servicenow(origin: str) -> str:
    """Introduce the instance."""
    rows = [
        ("Table API", f"{origin}/api/now/table/incident"),
        ("Authorisation", f"{origin}/oauth_auth.do"),
        ("Token endpoint", f"{origin}/oauth_token.do"),
        ("Client", f"{accounts.SERVICENOW_CLIENT_ID} / {accounts.SERVICENOW_CLIENT_SECRET}"),
        ("Public client", f"{accounts.SERVICENOW_PUBLIC_CLIENT_ID} (PKCE, no secret)"),
        *[
            ("Account", f"{one.user_name} / {one.password}  {', '.join(one.roles) or 'no role'}")
            for one in accounts.SERVICENOW_ACCOUNTS
        ],
    ]
    return _text(f"ServiceNow, {accounts.INSTANCE_HOST},", origin, rows)


def microsoft(origin: str) -> str:
    """Introduce the tenant."""
    rows = [
        ("Token endpoint", f"{origin}/{accounts.TENANT_ID}/oauth2/v2.0/token"),
        ("Scope", "https://graph.microsoft.com/.default"),
        ("Secure Score", f"{origin}/v1.0/security/secureScores?$top=1"),
        ("Actions", f"{origin}/v1.0/security/secureScoreControlProfiles"),
        ("Tenant", f"{accounts.TENANT_ID} or {apps.TENANT_DOMAIN}"),
        *[
            ("Client", f"{app.client_id} / {app.secret}  {', '.join(app.roles) or app.name}")
            for app in apps.REGISTERED
        ],
    ]
    return _text("Microsoft 365", origin, rows)


_WIDTH: Final = 16


def _text(name: str, origin: str, rows: list[tuple[str, str]]) -> str:
    lines = [f"{name} listens on {origin}; Ctrl-C ends it, nothing is kept.", ""]
    lines += [f"  {label:<{_WIDTH}}{value}" for label, value in rows]
    body = '{"name": "429", "times": 3}'
    lines += [
        "",
        "Let the next three requests fail:",
        f"  curl -X POST {origin}{faults.CONTROL} -d '{body}'",
        f"Faults: {', '.join(faults.NAMES)}",
    ]
    return "\n".join(lines)


def _rank(person: accounts.SlackAccount) -> str:
    ranks = {
        "owner": person.is_owner,
        "admin": person.is_admin,
        "guest": person.is_guest,
        "from another workspace": person.is_stranger,
    }
    return next((rank for rank, is_theirs in ranks.items() if is_theirs), "")
