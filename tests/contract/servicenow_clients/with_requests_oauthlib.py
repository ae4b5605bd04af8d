"""requests-oauthlib's scenarios: how an application gets, renews and gives back its tokens."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests  # noqa: TID251 -- a browser without JavaScript; it is not the product's
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from requests_oauthlib import OAuth2Session
from telling import BOT, CLIENT, PUBLIC_CLIENT, outcome, run, tell

CALLBACK = "http://127.0.0.1/callback"
TIMEOUT = 10


class _Form(HTMLParser):
    """The one form of a page: where it goes, and its hidden fields."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields = "", {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"]
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given["value"]


class _Browser:
    """A person at the instance's pages."""

    def __init__(self, origin):
        self.origin = origin
        self.http = requests.Session()

    def decide(self, address, decision):
        """Sign in, then press a button of the consent page; tell where that leads."""
        login = self.http.get(address, timeout=TIMEOUT)
        consent = self._submit(login, {"user_name": BOT[0], "user_password": BOT[1]})
        back = self._submit(consent, {"decision": decision}, allow_redirects=False)
        return back.headers["Location"]

    def _submit(self, page, filled, **options):
        form = _Form(page.text)
        address = urljoin(self.origin, form.action)
        return self.http.post(address, {**form.fields, **filled}, timeout=TIMEOUT, **options)


def consented(origin, client_id=CLIENT[0], decision="allow", **options):
    session = OAuth2Session(client_id, redirect_uri=CALLBACK, pkce="S256", **options)
    address, state = session.authorization_url(f"{origin}/oauth_auth.do")
    return session, _Browser(origin).decide(address, decision), state


def token_of(origin, session, back, **options):
    return session.fetch_token(
        f"{origin}/oauth_token.do", authorization_response=_secure(back), **options
    )


def _secure(back):
    # What comes back at the callback is read, not called; oauthlib wants it to have been https.
    return back.replace("http://", "https://", 1)


def me(origin, session):
    answer = session.get(
        f"{origin}/api/now/table/sys_user",
        params={"user_name": "javascript:gs.getUserName()", "sysparm_fields": "user_name"},
        timeout=TIMEOUT,
    )
    return answer.json().get("result") or answer.status_code


def authorizes(origin, *_words):
    session, back, state = consented(origin)
    token = token_of(origin, session, back, client_secret=CLIENT[1])
    tell(back=back.split("?")[0], state=f"state={state}" in back)
    tell(me=me(origin, session), kind=token["token_type"], lasts=token["expires_in"])
    tell(refreshable="refresh_token" in token)
    tell(twice=outcome(token_of, origin, session, back, client_secret=CLIENT[1]))


def authorizes_in_public(origin, *_words):
    session, back, _ = consented(origin, PUBLIC_CLIENT)
    token = token_of(origin, session, back, include_client_id=True)
    tell(me=me(origin, session), refreshable="refresh_token" in token)


def is_not_trusted(origin, *_words):
    def tried(name, session, back, secret=CLIENT[1]):
        tell(**{name: outcome(token_of, origin, session, back, client_secret=secret)})

    session, back, _ = consented(origin)
    tried("wrong_secret", session, back, "wrong")
    _, back, state = consented(origin)
    thief = OAuth2Session(CLIENT[0], redirect_uri=CALLBACK, pkce="S256", state=state)
    thief.authorization_url(f"{origin}/oauth_auth.do", state)
    tried("wrong_verifier", thief, back)
    session, back, _ = consented(origin, decision="deny")
    tried("denied", session, back)
    page = requests.get(
        f"{origin}/oauth_auth.do",
        {"response_type": "code", "client_id": CLIENT[0], "redirect_uri": CALLBACK},
        timeout=TIMEOUT,
    )
    tell(without_state=[page.status_code, "Missing State parameter" in page.text])


def renews(origin, *_words):
    token_url, renewed = f"{origin}/oauth_token.do", []
    session, back, _ = consented(
        origin,
        auto_refresh_url=token_url,
        auto_refresh_kwargs={"client_id": CLIENT[0], "client_secret": CLIENT[1]},
        token_updater=renewed.append,
    )
    first = token_of(origin, session, back, client_secret=CLIENT[1])
    requests.post(f"{origin}/_sandbox/expire-tokens", timeout=TIMEOUT)
    tell(expired=me(origin, session))
    session.token = {**first, "expires_at": 1}
    tell(me=me(origin, session), renewed=len(renewed))
    tell(
        same_refresh_token=renewed[0]["refresh_token"] == first["refresh_token"],
        new_access_token=renewed[0]["access_token"] != first["access_token"],
    )
    requests.post(f"{origin}/_sandbox/expire-tokens", json={"refresh": True}, timeout=TIMEOUT)
    client = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    tell(dead=outcome(session.refresh_token, token_url, **client))


def revokes(origin, *_words):
    session, back, _ = consented(origin)
    token = token_of(origin, session, back, client_secret=CLIENT[1])
    tell(before=me(origin, session))
    for kind in ("access_token", "refresh_token"):
        requests.get(f"{origin}/oauth_revoke_token.do", {"token": token[kind]}, timeout=TIMEOUT)
    tell(after=me(origin, session))
    client = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    tell(refreshed=outcome(session.refresh_token, f"{origin}/oauth_token.do", **client))


def signs_in(origin, *_words):
    token_url = f"{origin}/oauth_token.do"
    person = {"username": BOT[0], "password": BOT[1]}
    for name, options in (
        ("in_the_body", {"include_client_id": True, "client_secret": CLIENT[1]}),
        ("in_a_header", {"auth": CLIENT}),
    ):
        session = OAuth2Session(client=LegacyApplicationClient(client_id=CLIENT[0]))
        token = session.fetch_token(token_url, **person, **options)
        tell(**{name: me(origin, session), f"{name}_token": token["access_token"]})
    application = OAuth2Session(client=BackendApplicationClient(client_id=CLIENT[0]))
    application.fetch_token(token_url, client_secret=CLIENT[1], include_client_id=True)
    tell(as_itself=me(origin, application))
    for name, changed in (("wrong_password", {"password": "x"}), ("no_user", {"username": "x"})):
        session = OAuth2Session(client=LegacyApplicationClient(client_id=CLIENT[0]))
        asked = {**person, **changed}
        tell(**{name: outcome(session.fetch_token, token_url, auth=CLIENT, **asked)})


if __name__ == "__main__":
    run(globals())
