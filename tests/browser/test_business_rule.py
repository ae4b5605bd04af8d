"""The business rule's own script, run in an engine, with stand-ins for what an instance has.

The stand-ins hand out strings as the instance's engine does, as objects of Java, and a message
authentication code by reference: it is computed here, from what the script gave for it.
"""

import base64
import hashlib
import hmac
import json
import re

import aiohttp
import pytest

from bot.sandbox import accounts
from connector.servicenow import notifying
from tests.unit.bot.test_hinting import SECRET, Door

pytestmark = pytest.mark.browser
RUN = """([script, secret, broken]) => {
  const java = (text) => ({toString: () => text});
  const calls = {macs: [], sent: null, warned: [], headers: {}};
  class RESTMessageV2 {
    constructor(message, method) { calls.by = [message, method]; }
    setRequestHeader(name, value) { calls.headers[String(name)] = String(value); }
    setRequestBody(text) { calls.body = text; }
    setHttpTimeout(ms) { calls.timeout = ms; }
    executeAsync() { if (broken) { throw new Error('no network'); } calls.sent = true; }
  }
  class CertificateEncryption {
    generateMac(key, algorithm, data) {
      calls.macs.push([String(key), String(algorithm), String(data)]);
      return java('MAC ' + (calls.macs.length - 1));
    }
  }
  const properties = {instance_name: 'northwind', 'snowline.webhook.secret': secret};
  const gs = {
    getProperty: (name) => java(properties[name]),
    base64Encode: (text) => java(btoa(String(text))),
    warn: (text) => calls.warned.push(String(text)),
  };
  const current = {
    getTableName: () => java('incident'),
    getUniqueValue: () => java('a'.repeat(32)),
    getValue: (name) => java(name === 'sys_mod_count' ? '7' : 'CANARY'),
    description: 'CANARY',
  };
  new Function('current', 'previous', 'gs', 'sn_ws', 'CertificateEncryption', script)(
    current, null, gs, {RESTMessageV2}, CertificateEncryption);
  return calls;
}"""


async def run(browser, *, broken=False):
    page = await browser.new_page()
    return await page.evaluate(RUN, [notifying.script(), SECRET, broken])


def signed(calls):
    """Compute what the script asked for, as ``generateMac`` is documented."""
    ((key, algorithm, data),) = calls["macs"]
    assert algorithm == "HmacSHA256"
    digest = hmac.new(base64.b64decode(key), data.encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    return {name: signature if v == "MAC 0" else v for name, v in calls["headers"].items()}


async def test_what_the_script_sends_is_accepted_by_the_door(browser):
    async with Door() as door:
        calls = await run(browser)
        assert calls["by"] == [notifying.MESSAGE, notifying.METHOD]
        assert (calls["sent"], calls["warned"]) == (True, [])
        assert json.loads(calls["body"]) == {
            "instance": accounts.INSTANCE_NAME,
            "table": "incident",
            "sys_id": "a" * 32,
            "count": "7",
        }
        async with (
            aiohttp.ClientSession() as http,
            http.post(
                f"{door.running.origin}{notifying.PATH}", data=calls["body"], headers=signed(calls)
            ) as answer,
        ):
            assert answer.status == 202
        assert door.taken == [(accounts.INSTANCE_NAME, "incident")]


async def test_the_script_lets_no_ticket_fail(browser):
    calls = await run(browser, broken=True)
    assert calls["sent"] is None
    assert "no network" in calls["warned"][0]


async def test_the_script_is_of_the_fifth_edition():
    code = re.sub(r"//.*|/\*.*?\*/|'[^']*'", "", notifying.script())
    assert not re.search(r"=>|`|\b(?:let|const|class|async|await|for)\b", code)
