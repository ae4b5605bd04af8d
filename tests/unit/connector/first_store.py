"""What a database of the first Snowline held, as it was written then.

The rows name no columns: whoever adds one to the first migration, which has shipped, is told.
Structures stand as they were stored; what is read from them today may need no more than that.
"""

from pathlib import Path

from sqlite_utils import Database

from connector.store.migrations import MIGRATIONS

_ROWS = """
INSERT INTO connections VALUES ('T0ACME', 'ServiceNow', 'acme.service-now.com',
    'snowline.integration', 'the client', 'connected', 'U0ADA', 1795521600000000,
    1795521660000000, NULL, '', 'v1.k.secret', 'v1.k.access', 'v1.k.refresh', 1795523400000000);
INSERT INTO connections VALUES ('T0ACME', 'Microsoft 365', 'contoso.example', 'the app', 'the app',
    'connected', 'U0ADA', 1795521600000000, NULL, NULL, '', 'v1.k.secret', 'v1.k.access', NULL,
    1795523400000000);
INSERT INTO forms VALUES ('T0ACME', 'acme.service-now.com', 'snowline.integration', 'the client');
INSERT INTO sign_ins VALUES ('T0ACME', 'ticket', 'U0ADA', 'acme.service-now.com',
    'snowline.integration', 'the client', 'v1.k.secret', 'v1.k.verifier', 'state', 'browser',
    1795522200000000);

INSERT INTO shares VALUES ('T0ACME', 'told', 'announced',
    '{"kind":"incident","name":"Require MFA for admins","description":"Turn on the policy.",
      "priority":2,"due":"2026-12-24","source":"Microsoft recommendation","category":"Identity",
      "requester":"U0MIA","requester_name":"Mia Member","action_id":"AdminMFAV2",
      "action_link":"https://a.example","gain":10.0}',
    'U0MIA', 'C0SECURITY', 'acme.service-now.com', 'a sys_id', 'a mark', 1795521600000000, 1, 0,
    1795521601000000, NULL, NULL, 1795521602000000, '', '["due_date"]', 'C0SECURITY', '1.5', 1,
    'ticket', 0);
INSERT INTO shares VALUES ('T0ACME', 'asked', 'unknown',
    '{"kind":"change_request","name":"Renew the certificate","description":"","priority":5,
      "due":null,"source":"User recommendation","category":"Data","requester":"U0MIA",
      "requester_name":"Mia Member","action_id":"","action_link":"","gain":null}',
    'U0MIA', 'C0SECURITY', 'acme.service-now.com', 'another sys_id', 'another mark',
    1795521600000000, 3, 2, 1795521601000000, 1795521601000000, 1795521700000000, NULL,
    'It does not answer.', '[]', NULL, NULL, 0, '', 0);
INSERT INTO honours VALUES ('T0ACME', 'acme.service-now.com', 'incident');

INSERT INTO tickets VALUES ('T0ACME', 'told', 'incident', 'acme.service-now.com', 'a sys_id',
    'INC0010001', 'https://l.example', 'Require MFA for admins', '2', 'In Progress', '2',
    '2 - High', '2026-12-24', 'Beth Anglin', 1, 1795521602000000, 1795521605000000,
    1795521610000000);
INSERT INTO changes VALUES (7, 'T0ACME', 'told', 'INC0010001', 1795521605000000, 1795521610000000,
    'Beth Anglin', '[{"field":"State","before":"New","after":"In Progress"}]', 0);
INSERT INTO watermarks VALUES ('T0ACME', 'acme.service-now.com', 'incident', 1795521605000000);

INSERT INTO scores VALUES ('T0ACME', 'contoso.example', '2026-11-24', 1795521600000000, 31.5, 90.0,
    94, '{"AdminMFAV2":[0.0,10.0]}');
INSERT INTO score_actions VALUES ('T0ACME', 'contoso.example',
    '[{"id":"AdminMFAV2","title":"Require MFA","category":"Identity","service":"AAD","score":0.0,
       "max_score":10.0,"rank":1,"state":"Default","remediation":"Do it.",
       "remediation_impact":"Safer.","user_impact":"Low","implementation_cost":"Moderate",
       "implementation_status":"0 of 3","action_url":"https://a.example",
       "deep_link":"https://d.example"}]');

INSERT INTO digests VALUES ('T0ACME', 'posted', 'C0SECURITY', 'U0MIA', 1795521600000000,
    1795521603000000, 'C0SECURITY', '2.5');
INSERT INTO notices VALUES ('T0ACME', 'notice', 'U0ADA', 'connected', '', 'ServiceNow',
    1795521600000000);
INSERT INTO deliveries VALUES ('T0ACME', 'share:sent-1', 'told', 1795521600000000);
INSERT INTO work VALUES ('T0ACME', 'sync tickets', 'incident', 'acme.service-now.com',
    1795521600000000, 0, 0);
INSERT INTO health VALUES (1, 1795521600000000);
"""


def make_first_store(path: Path, *more: str) -> None:
    """Make the tables that the first Snowline had, and fill every one of them.

    ``more`` are statements that come after.
    """
    store = Database(path)
    MIGRATIONS.apply(store, stop_before="m002_waiting_shares")
    assert [each.name for each in MIGRATIONS.applied(store)] == ["m001_first"]
    store.executescript(_ROWS)
    for statement in more:
        store.executescript(statement)
    store.close()
