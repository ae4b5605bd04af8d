"""What the clients' scripts share: say what was seen, and stay until nobody listens any more.

It runs in the clients' environments, so it needs nothing beyond Python.
"""

import json
import sys

BOT_TOKEN = "xoxb-sandbox-bot-token"
APP_TOKEN = "xapp-sandbox-app-token"
SIGNING_SECRET = "sandbox-signing-secret"
SECURITY, GENERAL, IT_OPS = "C0SECURITY", "C0GENERAL", "C0ITOPS"
ADA, MIA = "U0ADA", "U0MIA"


def tell(**seen):
    """Say a few things that were seen, as one JSON line."""
    print(json.dumps(seen), flush=True)


def stay():
    """Go on until the test has seen enough and closes our input."""
    sys.stdin.read()
