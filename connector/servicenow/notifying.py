"""What an instance is given to tell Snowline of a change: a script and where it sends to. Pure.

The script, of two business rules, is ECMAScript 5, for the instance's own engine. It sends no more
than which record changed, by an outbound REST message that holds the address, so that an admin
sees and changes it in one place; Snowline reads the record itself. Sources: "Async business
rules", ``RESTMessageV2``, ``CertificateEncryption.generateMac`` of the server API reference.
"""

from typing import Final

from connector.servicenow.marks import MARK
from connector.text import query_value

PATH: Final = "/servicenow/changed"
"""Where the bot hears of changes, under its public address."""
SECRET_PROPERTY: Final = "snowline.webhook.secret"  # noqa: S105  -- the name of a property
"""The instance's property that holds the key."""
RULE: Final = "Snowline: tell of a change"
"""The name of both business rules."""
MESSAGE: Final = "Snowline"
"""The name of the outbound REST message."""
METHOD: Final = "tell_of_a_change"
"""The name of its one HTTP method."""

_SCRIPT: Final = """(function executeRule(current, previous /*null when async*/) {
    // Made by Snowline, which hears that a ticket of its own has changed, and reads it itself.
    try {
        var body = JSON.stringify({
            instance: String(gs.getProperty('instance_name')),
            table: String(current.getTableName()),
            sys_id: String(current.getUniqueValue()),
            count: String(current.getValue('sys_mod_count'))
        });
        var timestamp = String(Math.floor(new Date().getTime() / 1000));
        var key = gs.base64Encode(gs.getProperty('<secret>'));
        var signed = timestamp + ':' + body;
        var signature = new CertificateEncryption().generateMac(key, 'HmacSHA256', signed);
        var request = new sn_ws.RESTMessageV2('<message>', '<method>');
        request.setRequestHeader('Content-Type', 'application/json');
        request.setRequestHeader('X-Snowline-Timestamp', timestamp);
        request.setRequestHeader('X-Snowline-Signature', String(signature));
        request.setRequestBody(body);
        request.setHttpTimeout(5000);
        request.executeAsync();
    } catch (ex) {
        gs.warn('Snowline was not told of a change: ' + ex);
    }
})(current, previous);
"""


def script() -> str:
    """Write the script."""
    named = _SCRIPT.replace("<message>", MESSAGE).replace("<method>", METHOD)
    return named.replace("<secret>", SECRET_PROPERTY)


def condition(integration_user: str) -> str:
    """Say of which records to tell: those that Snowline made, changed by somebody else.

    Raises:
        InvalidInputError: the user's name cannot stand in a query.
    """
    return f"correlation_display={MARK}^sys_updated_by!={query_value(integration_user)}^EQ"
