"""Business rules that post: what an asynchronous one of a known make sends once a row is written.

No script is run here. Of a rule's text only this is understood: the outbound REST message and its
method in ``RESTMessageV2('…', '…')``, the property in ``gs.getProperty('…')`` that holds the key,
and that it sends a small JSON object whose HMAC is made of ``timestamp:body``. A script of another
make does nothing.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp import web

from bot.sandbox.servicenow.actors import Actor
from bot.sandbox.servicenow.fields import Table
from bot.sandbox.servicenow.instance import Instance
from bot.sandbox.servicenow.matching import Matcher
from bot.sandbox.servicenow.query import parse
from bot.sandbox.servicenow.records import Row
from bot.sandbox.servicenow.scripts import Scripts

_log = logging.getLogger(__name__)

_SECONDS: Final = 10.0
_MESSAGE: Final = re.compile(r"RESTMessageV2\('([^']+)', '([^']+)'\)")
_KEY: Final = re.compile(r"base64Encode\(gs\.getProperty\('([^']+)'\)\)")
_NOBODY: Final = Actor("", "system", "System", frozenset(), "UTC")


@dataclass(slots=True)
class BusinessRules:
    """Carries out the active asynchronous rules of an instance, each at most once a write."""

    instance: Instance
    _posts: set[asyncio.Task[None]] = field(default_factory=set)

    def heed(self, table: Table, action: str, row: Row) -> None:
        """Begin to send what the rules of a table send about a row as it is now."""
        for rule in self._matching(table, action, row):
            self._begin(rule["script"], table, row)

    async def close(self, _app: web.Application) -> None:
        """Give up what is under way."""
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)

    def _matching(self, table: Table, action: str, row: Row) -> Iterator[Row]:
        for rule in self.instance.records.all("sys_script"):
            is_meant = rule["collection"] == table.name and rule[f"action_{action}"] == "true"
            runs = rule["active"] == "true" and rule["when"].startswith("async")
            if is_meant and runs and self._holds(rule["filter_condition"], table, row):
                yield rule

    def _holds(self, condition: str, table: Table, row: Row) -> bool:
        scripts = Scripts(_NOBODY, self.instance.settings.clock())
        matcher = Matcher(self.instance.records, table, scripts)
        return bool(matcher.select([row], parse(condition, table, scripts.evaluate)))

    def _begin(self, script: str, table: Table, row: Row) -> None:
        message, key = _MESSAGE.search(script), _KEY.search(script)
        endpoint = self._endpoint(*message.groups()) if message else ""
        if not endpoint or key is None:
            return
        body = json.dumps(
            {
                "instance": self._property("instance_name"),
                "table": table.name,
                "sys_id": row["sys_id"],
                "count": row["sys_mod_count"],
            }
        )
        headers = self._signed(self._property(key[1]), body)
        post = asyncio.get_running_loop().create_task(_post(endpoint, body, headers))
        self._posts.add(post)
        post.add_done_callback(self._posts.discard)

    def _endpoint(self, message: str, method: str) -> str:
        records = self.instance.records
        sent_by = records.first("sys_rest_message", "name", message)
        for each in records.all("sys_rest_message_fn"):
            is_meant = sent_by is not None and each["rest_message"] == sent_by["sys_id"]
            if is_meant and (each["function_name"], each["http_method"]) == (method, "post"):
                return each["rest_endpoint"] or str(sent_by and sent_by["rest_endpoint"])
        return ""

    def _property(self, name: str) -> str:
        row = self.instance.records.first("sys_properties", "name", name)
        return row["value"] if row else ""

    def _signed(self, key: str, body: str) -> dict[str, str]:
        timestamp = f"{self.instance.settings.clock():.0f}"
        digest = hmac.new(key.encode(), f"{timestamp}:{body}".encode(), hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "X-Snowline-Timestamp": timestamp,
            "X-Snowline-Signature": base64.b64encode(digest).decode(),
        }


async def _post(url: str, body: str, headers: dict[str, str]) -> None:
    """Send once; like an instance, try nothing again."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(url, data=body, headers=headers) as answer,
        ):
            _log.info("a business rule posted and was answered %d", answer.status)
    except (aiohttp.ClientError, TimeoutError) as exc:
        _log.info("a business rule could not post: %s", type(exc).__name__)
