"""pysnow's scenarios."""

import tempfile
import warnings
from pathlib import Path

import pysnow
from telling import ADMIN, BOT, CLIENT, MIA, outcome, run, tell

INCIDENT = "/table/incident"


def client(origin, who=BOT):
    return pysnow.Client(host=host(origin), user=who[0], password=who[1], use_ssl=False)


def host(origin):
    return origin.removeprefix("http://")


def reads(origin, *_words):
    incidents = client(origin).resource(api_path=INCIDENT)
    query = pysnow.QueryBuilder().field("short_description").starts_with("Contract")
    query = query.AND().field("state").equals(["1", "2"]).AND().field("number").order_descending()
    fields = ["short_description", "caller_id", "caller_id.email"]
    tell(rows=list(incidents.get(query=query, fields=fields).all()))
    shown = client(origin)
    shown.parameters.display_value = True
    shown.parameters.exclude_reference_link = True
    named = shown.resource(api_path=INCIDENT)
    one = {"short_description": "Contract one"}
    tell(shown=named.get(query=one, fields=["caller_id", "state"]).one())
    tell(both=named.get(query=one, fields=["state"], display_value="all").one())


def pages(origin, *_words):
    incidents = client(origin).resource(api_path=INCIDENT)
    query = pysnow.QueryBuilder().field("number").order_ascending()
    told = [incidents.get(query=query, fields=["number"], limit=3, offset=n) for n in (0, 3, 6)]
    tell(all=[row["number"] for page in told for row in page.all()])
    tell(total=told[0].headers["X-Total-Count"], link=told[0].headers["Link"])
    answer = incidents.get(query=query, fields=["number"], stream=True)
    tell(streamed=[row["number"] for row in answer.all()])


def writes(origin, sys_id):
    incidents = client(origin, ADMIN).resource(api_path=INCIDENT)
    made = incidents.create({"sys_id": sys_id, "short_description": "Contract", "impact": 1})
    tell(made=made["sys_id"], answer=repr(made))
    changed = incidents.update({"sys_id": sys_id}, {"short_description": "Changed"})
    tell(changed=changed["short_description"], count=changed["sys_mod_count"])
    found = incidents.get(query={"sys_id": sys_id})
    tell(again=found.update({"urgency": 1})["priority"])


def deletes(origin, sys_id):
    incidents = client(origin, ADMIN).resource(api_path=INCIDENT)
    tell(deleted=incidents.delete({"sys_id": sys_id}))
    tell(left=incidents.get(query={"sys_id": sys_id}).one_or_none())


def attaches(origin, sys_id):
    incidents = client(origin).resource(api_path=INCIDENT)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.txt"
        path.write_text("one", encoding="utf-8")
        tell(made=incidents.attachments.upload(sys_id, str(path)).one())
    (file,) = incidents.attachments.get(sys_id)
    tell(listed=file["file_name"])
    # A file is no JSON, so that pysnow has no words for it; its session reads it.
    address = f"{origin}/api/now/attachment/{file['sys_id']}/file"
    tell(content=client(origin).session.get(address, timeout=10).text)
    tell(deleted=incidents.attachments.delete(file["sys_id"])["status"])


def counts(origin, *_words):
    stats = client(origin).resource(api_path="/stats/incident")
    asked = {"sysparm_count": "true", "sysparm_sum_fields": "order"}
    stats.parameters.add_custom(asked)
    tell(whole=stats.get(query={"active": "true"}).one())
    stats.parameters.add_custom({"sysparm_group_by": "impact", "sysparm_display_value": "true"})
    tell(groups=list(stats.get(query={"active": "true"}).all()))


def imports(origin, *_words):
    staged = client(origin).resource(api_path="/import/u_imp_incident")
    row = {"correlation_id": "ext-1", "short_description": "Imported"}
    for name in ("first", "second"):
        answer = staged.create({**row, "description": name})
        tell(**{name: answer.one(), f"{name}_answer": repr(answer)})


def changes(origin, *_words):
    base = "/api/sn_chg_rest"
    made = client(origin).resource(base_path=base, api_path="/change/normal")
    answer = made.create({"short_description": "Reboot", "no_such_field": "x"})
    tell(made=answer.one(), answer=repr(answer))
    sys_id = answer.one()["sys_id"]["value"]
    one = client(origin).resource(base_path=base, api_path="/change")
    tell(states=one.request("GET", path_append=f"{sys_id}/nextstates").one())
    moved = one.request("PATCH", path_append=sys_id, data='{"state": "-4"}').one()
    tell(moved=moved["state"])
    templates = client(origin).resource(base_path=base, api_path="/change/standard/template")
    template = templates.get(query={"name": "Block legacy sign-ins"}).one()["sys_id"]["value"]
    standard = client(origin).resource(base_path=base, api_path="/change/standard")
    tell(standard=standard.request("POST", path_append=template, data="{}").one()["type"])


def signs_in(origin, *_words):
    renewed = []
    oauth = pysnow.OAuthClient(
        client_id=CLIENT[0],
        client_secret=CLIENT[1],
        token_updater=renewed.append,
        host=host(origin),
        use_ssl=False,
    )
    token = oauth.generate_token(*BOT)
    oauth.set_token(token)
    tell(me=_me(oauth), scope=token["scope"], kind=token["token_type"])
    oauth.set_token({**token, "expires_at": 1})
    tell(still_me=_me(oauth), renewed=len(renewed))
    tell(same_refresh_token=renewed[0]["refresh_token"] == token["refresh_token"])
    try:
        oauth.generate_token(BOT[0], "wrong")
    except pysnow.exceptions.TokenCreateError as error:
        tell(wrong=error.description)


def _me(oauth):
    users = oauth.resource(api_path="/table/sys_user")
    return users.get(query={"user_name": "javascript:gs.getUserName()"}).one()["user_name"]


def is_refused(origin, sys_id):
    known = client(origin)
    incidents = known.resource(api_path=INCIDENT)
    stranger = client(origin, ("admin", "wrong")).resource(api_path=INCIDENT)
    mia = client(origin, MIA).resource(api_path=INCIDENT)
    tell(
        not_signed_in=outcome(lambda: stranger.get(query={}).one()),
        no_right=outcome(lambda: mia.create({}).one()),
        policy=outcome(lambda: incidents.update({"sys_id": sys_id}, {"state": "6"}).one()),
        no_record=outcome(lambda: incidents.request("GET", path_append="0" * 32).one()),
        no_table=outcome(lambda: known.resource(api_path="/table/nothing").get(query={}).one()),
        nowhere=outcome(lambda: known.resource(api_path="/nowhere").get(query={}).one()),
        too_long=outcome(lambda: incidents.get(query={"number": "x" * 8500}).one()),
    )


def is_limited(origin, *_words):
    incidents = client(origin).resource(api_path=INCIDENT)
    limited = incidents.get(query={})
    tell(limited=outcome(limited.all), wait=limited.headers["Retry-After"])


if __name__ == "__main__":
    # python-magic is only half there on machines without libmagic; pysnow warns and does without.
    warnings.simplefilter("ignore")
    run(globals())
