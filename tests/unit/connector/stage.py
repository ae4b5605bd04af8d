"""A connector between the sandbox's own servers, over real HTTP, and a chat that remembers."""

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession, CookieJar, web
from pydantic import SecretStr

from bot.sandbox import accounts
from bot.sandbox.microsoft.server import MicrosoftServer
from bot.sandbox.microsoft.settings import MicrosoftSettings
from bot.sandbox.running import start
from bot.sandbox.servicenow.custom import SAMPLE
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.schema import TABLES
from bot.sandbox.servicenow.server import ServiceNowServer
from bot.sandbox.servicenow.settings import ServiceNowSettings
from connector.errors import Provider
from connector.models import Connection, ShareState, TicketDraft, TicketKind, WorkspaceId
from connector.services.forms import (
    Callback,
    GivenSecret,
    MicrosoftForm,
    ServiceNowForm,
    SignInEnd,
)
from connector.settings import ConnectorSettings
from connector.store import shares
from connector.store.shares import ShareRecord, Shown
from connector.vault import new_key
from connector.wiring import Connector, build
from tests.unit.connector.fakes import ACME, ADA, CHANNEL, Chat, Clock, Drawer, People

LONGEST_TRANSACTION = 0.3
DONE = (ShareState.ANNOUNCED, ShareState.REJECTED)

FORM = ServiceNowForm(
    instance=accounts.INSTANCE_NAME,
    integration_user=accounts.INTEGRATION_USER.user_name,
    client_id=accounts.SERVICENOW_CLIENT_ID,
    client_secret=SecretStr(accounts.SERVICENOW_CLIENT_SECRET),
)
MICROSOFT_FORM = MicrosoftForm(
    tenant=accounts.TENANT_ID,
    client_id=accounts.MICROSOFT_CLIENT_ID,
    client_secret=SecretStr(accounts.MICROSOFT_CLIENT_SECRET),
)

Boundary = Callable[[str], Awaitable[None]]
Listener = Callable[[web.Request], Awaitable[None]]


@dataclass(repr=False)
class FarEnd:
    """ServiceNow and Microsoft; ``boundary`` runs before and after each ticket request.

    ``listeners`` hear every request first and may answer it by raising.
    """

    servicenow: ServiceNowServer
    microsoft: MicrosoftServer
    origins: dict[str, str] = field(default_factory=dict)
    boundary: Boundary | None = None
    listeners: list[Listener] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    taken: list[Row] = field(default_factory=list)

    def tickets(self, table: str = "incident") -> list[Row]:
        """List the records Snowline made."""
        rows = self.servicenow.records(table)
        return [row for row in rows if row["correlation_display"] == "Snowline"]

    @property
    def inserts(self) -> int:
        """Count the inserts of tickets that arrived."""
        tables = tuple(f"POST /api/now/table/{kind.value}" for kind in TicketKind)
        return sum(request.startswith(tables) for request in self.requests)

    @property
    def live_tokens(self) -> int:
        """Count the tokens of either kind that still open something."""
        tokens = self.servicenow.instance.tokens
        every = (*tokens.access.values(), *tokens.refresh.values())
        return sum(token.expires_at > time.time() for token in every)

    def change(self, number: str, **fields: str) -> None:
        """Change a record as somebody in ServiceNow does."""
        table = "incident" if number.startswith("INC") else "change_request"
        row = next(r for r in self.servicenow.records(table) if r["number"] == number)
        actor = self.servicenow.instance.people.named("beth.anglin")
        assert actor is not None
        self.servicenow.instance.writer.update(TABLES[table], row, fields, actor)

    def drop(self, *columns: str) -> None:
        """Let the instance keep nothing of some columns from now on."""
        writer = self.servicenow.instance.writer
        changed = replace(writer.settings, dropped=frozenset(columns))
        object.__setattr__(writer, "settings", changed)

    def hide(self, *columns: str, sys_ids: Iterable[str] = ()) -> None:
        """Let nobody but admins read some columns, and some records, from now on."""
        instance = self.servicenow.instance
        changed = replace(
            instance.settings, unreadable=frozenset(columns), out_of_sight=frozenset(sys_ids)
        )
        object.__setattr__(instance, "settings", changed)

    def delete(self, sys_id: str) -> None:
        """Delete an incident as an admin does."""
        records = self.servicenow.instance.records
        row = records.find("incident", sys_id)
        assert row is not None
        records.remove("incident", row)

    def rename(self, user_name: str, new: str) -> None:
        """Rename a user, whose tokens stay valid."""
        tokens = self.servicenow.instance.tokens
        user = self.servicenow.instance.records.first("sys_user", "user_name", user_name)
        assert user is not None
        user["user_name"] = new
        for token in (*tokens.access.values(), *tokens.refresh.values()):
            if token.user == user_name:
                object.__setattr__(token, "user", new)

    def make(self, count: int, *, name: str = "Alert") -> None:
        """Make incidents as the integration user, but not as Snowline."""
        actor = self.servicenow.instance.people.named(accounts.INTEGRATION_USER.user_name)
        assert actor is not None
        for number in range(count):
            values = {"short_description": f"{name} {number}" if name else ""}
            self.servicenow.instance.writer.insert(TABLES["incident"], values, actor)

    def take_roles(self) -> None:
        """Take every role from everybody."""
        records = self.servicenow.instance.records
        for row in list(records.all("sys_user_has_role")):
            records.remove("sys_user_has_role", row)
            self.taken.append(row)

    def give_role(self, name: str) -> None:
        """Give the integration user one role more."""
        records = self.servicenow.instance.records
        user = records.first("sys_user", "user_name", accounts.INTEGRATION_USER.user_name)
        role = records.first("sys_user_role", "name", name)
        assert user is not None
        assert role is not None
        given = {"sys_id": secrets.token_hex(16), "user": user["sys_id"], "role": role["sys_id"]}
        records.add("sys_user_has_role", given)

    def give_roles(self) -> None:
        """Give back what was taken."""
        while self.taken:
            self.servicenow.instance.records.add("sys_user_has_role", self.taken.pop())

    def refuse_inserts(self) -> None:
        """Answer 429 from the next insert on, and let what is asked before it through."""

        async def refuse(where: str) -> None:
            if where == "before POST":
                self.servicenow.faults.arm("429-bare:10000")

        self.boundary = refuse

    @web.middleware
    async def watch(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Note every request, and let a test stand at its door."""
        self.requests.append(f"{request.method} {request.path}")
        for listener in self.listeners:
            await listener(request)
        watched = self.boundary if "/table/" in request.path else None
        if watched is not None:
            # All of the request has arrived: it is carried out even if nobody waits any more.
            await request.read()
            await watched(f"before {request.method}")
        response = await handler(request)
        if watched is not None:
            await watched(f"after {request.method}")
        return response


@asynccontextmanager
async def far_end(
    *, honour_sys_id: bool = True, token_seconds: int = 1800, bare: bool = False
) -> AsyncIterator[FarEnd]:
    """Start both servers on free ports."""
    settings = ServiceNowSettings(
        honour_sys_id=honour_sys_id,
        longest_transaction=LONGEST_TRANSACTION,
        token_seconds=token_seconds,
        custom_columns=SAMPLE,
        demo_records=False,
        bare=bare,
    )
    end = FarEnd(
        servicenow=ServiceNowServer(settings=settings),
        microsoft=MicrosoftServer(settings=MicrosoftSettings()),
    )
    end.servicenow.app.middlewares.insert(0, end.watch)
    instance, tenant = await start(end.servicenow.app), await start(end.microsoft.app)
    end.origins = {
        accounts.INSTANCE_HOST: instance.origin,
        "login.microsoftonline.com": tenant.origin,
        "graph.microsoft.com": tenant.origin,
    }
    try:
        yield end
    finally:
        await instance.stop()
        await tenant.stop()


def settings_for(end: FarEnd, database: Path, call_deadline: float = 1.0) -> ConnectorSettings:
    """Point a connector at the far end, with waits a test can bear."""
    return ConnectorSettings(
        database=database,
        keys=SecretStr(new_key()),
        public_url="http://127.0.0.1:9",
        allow_hosts=end.origins,
        call_deadline=call_deadline,
        settle=LONGEST_TRANSACTION,
        chat_settle=0.2,
        sync_every=3600,
        retry_base=0.02,
    )


@dataclass(repr=False)
class Stage:
    """A connector between the far end and a chat."""

    end: FarEnd
    settings: ConnectorSettings
    chat: Chat
    people: People
    clock: Clock
    connector: Connector
    drawer: Drawer = field(default_factory=Drawer)

    @classmethod
    def of(cls, end: FarEnd, database: Path, call_deadline: float = 1.0) -> "Stage":
        """Set the stage; nothing is started."""
        chat, people, clock = Chat(), People(), Clock()
        settings = settings_for(end, database, call_deadline)
        drawer = Drawer()
        connector = build(settings, announcer=chat, directory=people, files=drawer, clock=clock)
        return cls(end, settings, chat, people, clock, connector, drawer)

    async def restart(self) -> None:
        """Stop the connector as a crash does, and start another on the same store."""
        await self.connector.worker.stop(grace=0)
        await self.connector.stop()
        self.connector = build(
            self.settings,
            announcer=self.chat,
            directory=self.people,
            files=self.drawer,
            clock=self.clock,
        )
        await self.connector.start()

    async def ask(self, draft: TicketDraft, delivery: str = "view-1") -> str:
        """Ask for a ticket, and return its share."""
        share = await self.connector.services.shares.request(ACME, draft, CHANNEL, delivery)
        return share.id

    async def until_shown(self, share_id: str, what: Shown) -> ShareRecord:
        """Wait until a share's card shows something."""
        async with asyncio.timeout(20):
            while (record := await self.record(share_id)).shown is not what:
                await asyncio.sleep(0.01)
        return record

    async def until_failed(self, share_id: str) -> ShareRecord:
        """Wait until a step of a share has failed, or has to wait."""
        async with asyncio.timeout(20):
            while not ((record := await self.record(share_id)).failures or record.share.reason):
                await asyncio.sleep(0.01)
        return record

    async def record(self, share_id: str, workspace: WorkspaceId = ACME) -> ShareRecord:
        """Read how far a share has come."""
        record = await shares.get(self.connector.database.view(workspace), share_id)
        assert record is not None
        return record

    async def until_done(self, share_id: str, seconds: float = 20.0) -> ShareRecord:
        """Wait until a share is announced or rejected and its card says so."""
        async with asyncio.timeout(seconds):
            while True:
                record = await self.record(share_id)
                if record.share.state in DONE and record.shown in {"ticket", "rejected"}:
                    return record
                await asyncio.sleep(0.01)

    async def connect(self, workspace: WorkspaceId = ACME) -> SignInEnd:
        """Connect ServiceNow as an admin does."""
        return await sign_in(self.connector, workspace=workspace)

    async def connect_microsoft(self, form: MicrosoftForm = MICROSOFT_FORM) -> Connection:
        """Connect Microsoft 365 as an admin does."""
        connections = self.connector.services.connections
        return await connections.connect_microsoft(ACME, ADA, form, secrets.token_hex(8))

    async def disconnect(self, provider: Provider) -> None:
        """End a connection as an admin does."""
        connections = self.connector.services.connections
        (known,) = (each for each in await connections.all(ACME) if each.provider is provider)
        await connections.disconnect(ACME, ADA, provider, known.connected_at)


async def sign_in(
    connector: Connector,
    *,
    form: ServiceNowForm = FORM,
    account: accounts.ServiceNowAccount = accounts.INTEGRATION_USER,
    decision: str = "allow",
    workspace: WorkspaceId = ACME,
) -> SignInEnd:
    """Go the whole way through the admin's browser."""
    callback = await come_back(
        connector, form=form, account=account, decision=decision, workspace=workspace
    )
    return await connector.services.connections.finish_sign_in(callback)


async def come_back(
    connector: Connector,
    *,
    form: ServiceNowForm = FORM,
    account: accounts.ServiceNowAccount = accounts.INTEGRATION_USER,
    decision: str = "allow",
    workspace: WorkspaceId = ACME,
    delivery: str = "",
) -> Callback:
    """Go through the admin's browser, up to what it brings back."""
    connections = connector.services.connections
    delivery = delivery or secrets.token_hex(8)
    begun = await connections.begin_servicenow(workspace, ADA, form, delivery)
    ticket = begun.url.removesuffix("/secret").rsplit("/", 1)[1]
    if begun.asks_secret:
        page = await connections.open_secret_page(ticket)
        assert page is not None
        given = GivenSecret(ticket=ticket, state=page.state, browser=page.browser, has_none=True)
        assert await connections.take_secret(given) is None
    started = await connections.start_sign_in(ticket)
    assert started is not None
    back = await browse(started.redirect_url, account, decision)
    return Callback(
        state=back.get("state", ""),
        code=back.get("code", ""),
        error=back.get("error", ""),
        browser=started.browser,
    )


async def browse(
    url: str, account: accounts.ServiceNowAccount, decision: str = "allow"
) -> dict[str, str]:
    """Log in, decide, and return what the instance sends the browser back with."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        log_in = {
            "user_name": account.user_name,
            "user_password": account.password,
            "sysparm_goto_url": f"{parts.path}?{parts.query}",
        }
        async with browser.post(f"{origin}/login.do", data=log_in) as answer:
            page = await answer.text()
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        data = {name: unescape(value) for name, value in fields.items()} | {"decision": decision}
        async with browser.post(
            f"{origin}/oauth_auth.do", data=data, allow_redirects=False
        ) as answer:
            back = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(back.query).items()}
