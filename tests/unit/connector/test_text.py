import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.errors import InvalidInputError
from connector.text import (
    clean,
    html_to_text,
    instance_host,
    is_signed,
    journal_safe,
    mrkdwn,
    query_value,
    signed,
)

SUFFIXES = ("service-now.com",)
ANY = st.text(st.characters(), max_size=300)
MARKUP = st.lists(
    st.sampled_from(
        ["<", ">", "</", "<b>", "<script>", "<!--", "-->", "&lt;", "&#60;", "&amp;", '="', "'",
         "li", "<ol>", "<li>", "[", "]", "code", "/", " ", "\u200b", "\u202e", "\x00", "\n", "x",
         "\ud800", "javascript:", "^", "&#x110000;", "<a href=", "!channel", "@U1", "|"]
    ),
    max_size=60,
).map("".join)  # fmt: skip
TEXT = st.one_of(ANY, MARKUP)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        (" <p>1. Go <br />2. Stop</p>", "1. Go\n2. Stop"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ol>", "1. a\n2. b\n• c\n3. d"),
        ("<li>loose", "• loose"),
        (
            "<ol><li><p>Create</p></li><li>\n <div><p>Turn&nbsp;on</p></div>",
            "1. Create\n2. Turn on",
        ),
        ("<ul><li><p>One</p><p>Two</p></li><li></li><li><p></p>Three", "• One\nTwo\n•\n• Three"),
        ("<ol><li><ul><li><p>a</p></li></ul></li></ol>", "1.\n• a"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("a&nbsp;b &amp; c &lt; d &#8211; e", "a b & c < d – e"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;b&gt;bold&lt;/b&gt;", "‹b›bold‹/b›"),
        ("run /x:<DomainName> now", "run /x:‹DomainName› now"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a<script>alert('</b>')</SCRIPT >b", "ab"),
        ("a<style>p{}</style>b<script>never closed", "ab"),
        ("a<!-- <b>no</b> -->b<!-- open", "ab"),
        ("<!DOCTYPE html><?xml?>x", "x"),
        ("<a title='1 > 2' href=it's>link</a>", "link"),
        ('<a title="never closed>link</a>', ""),
        ("<unknown attribute=1>x</unknown>", "x"),
        ("soft\nwrapped\r\n<b>line</b>", "soft wrapped line"),
        ("&#" + "9" * 5000 + ";x", "x"),
        ("<", "<"),
        ("a <b", "a"),
    ],
)
def test_html_reads_as_a_person_would_read_it(html, text):
    assert html_to_text(html) == text


@given(TEXT, st.integers(1, 80))
def test_html_never_leaves_a_tag_an_invisible_sign_or_too_much(html, limit):
    text = html_to_text(html, limit)
    assert len(text) <= limit
    assert not re.search(r"<[A-Za-z/!?]", text)
    assert_visible(text)


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a",
        "<a b='",
        "<![CDATA[",
        "<",
        "</",
        "&#",
        "&lt;a",
        "<a ='\"",
        "<script></scrip",
        "= ",
    ],
)
def test_hostile_html_takes_no_longer_for_being_hostile(piece):
    html = piece * (200_000 // len(piece))
    began = time.process_time()
    html_to_text(html)
    assert time.process_time() - began < 0.5


def assert_visible(text):
    for char in text:
        assert char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
        assert char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
    text.encode()


@given(TEXT, st.integers(1, 50))
def test_clean_text_is_visible_short_and_stays_as_it_is(text, limit):
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert_visible(cleaned)
    assert clean(cleaned, limit) == cleaned


def test_clean_text_shows_where_it_was_cut_and_keeps_emoji_together():
    assert clean("abcdef", 4) == "abc…"
    assert clean(" a\r\nb\rc ", 9) == "a\nb\nc"
    assert clean("👩\u200d🚒", 5) == "👩\u200d🚒"


@given(TEXT)
def test_escaped_text_holds_no_sign_that_slack_obeys(text):
    escaped = mrkdwn(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert re.sub("&(amp|lt|gt);", "", escaped).count("&") == 0


def test_escaped_text_holds_no_mention():
    assert mrkdwn("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@given(TEXT)
def test_a_journal_never_sees_a_code_tag(text):
    assert not re.search(r"\[\s*/?\s*code", journal_safe(text), re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    ["[code]<b>[/code]", "[CODE]", "[ / cOdE ]", "[\u200bcode]", "[\x00code]", "[co[code]de]"],
)
def test_a_code_tag_loses_its_bracket_in_any_spelling(text):
    assert not re.search(r"\[\s*/?\s*code\s*\]", journal_safe(text), re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("[code]<b>[/code]", "(code)<b>(/code)"),
        ("[CODE] [ / cOdE ]", "(CODE) ( / cOdE )"),
        ("[\u200bcode]", "(code)"),
        ("[code [code]]", "(code (code)]"),
        ("[note] code [1]", "[note] code [1]"),
    ],
)
def test_a_code_tag_gets_a_pair_of_brackets_and_others_stay(text, safe):
    assert journal_safe(text) == safe


def test_a_code_tag_full_of_spaces_takes_no_longer():
    began = time.process_time()
    journal_safe("[" + " " * 20_000)
    assert time.process_time() - began < 0.5


REAL = Path(__file__).parents[4] / "shared/data/secure-score/merged/secureScoreControlProfiles.json"


@pytest.mark.skipif(not REAL.exists(), reason="the collected profiles are not here")
def test_no_list_mark_of_a_real_profile_stands_alone():
    profiles = json.loads(REAL.read_text())["value"]
    texts = [html_to_text(each["remediation"] or "") for each in profiles]
    assert len(texts) == 429
    assert not [text for text in texts if re.search(r"^(\d+\.|•)$", text, re.MULTILINE)]


@given(TEXT)
def test_a_query_value_cannot_begin_another_condition_or_a_script(text):
    try:
        value = query_value(text)
    except InvalidInputError:
        return
    assert value == text
    assert 1 <= len(value) <= 255
    assert "^" not in value
    assert "javascript:" not in value.casefold()
    assert value.isprintable() or all(
        unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"} for char in value
    )


@pytest.mark.parametrize(
    "text",
    ["", "a^b", "a^NQactive=true", "javascript:gs.x()", "JavaScript:x", " java\u200bscript:x",
     "a\nb", "a\x00", "a\u202eb", "x" * 256, "java\x00script:"],
)  # fmt: skip
def test_a_query_value_of_another_kind_is_refused(text):
    with pytest.raises(InvalidInputError):
        query_value(text)


@pytest.mark.parametrize("text", ["mia@northwind.example", "O'Brien, Ä", "INC0010001", "x" * 255])
def test_an_ordinary_value_may_be_asked_for(text):
    assert query_value(text) == text


@pytest.mark.parametrize(
    "name",
    [
        "acme",
        "ACME",
        " acme ",
        "acme.service-now.com",
        "Acme.Service-Now.com",
        "https://acme.service-now.com",
        "https://acme.service-now.com/",
        "HTTPS://acme.service-now.com/nav_to.do?uri=incident.do%3Fsys_id%3D1",
        "acme.service-now.com/now/nav/ui/home",
        "https://acme.service-now.com#x@evil.example",
        "https://acme.service-now.com?next=https://evil.example",
    ],
)
def test_an_instance_is_understood_as_people_write_it(name):
    assert instance_host(name, SUFFIXES) == "acme.service-now.com"


HOSTILE = [
    "", " ", ".", "-", "-acme", "acme-", "a" * 64, "acme.", ".acme", "acme..service-now.com",
    "acme.service-now.com.", "acme.evil.example", "evil.example", "service-now.com",
    ".service-now.com", "acme.service-now.com.evil.example", "a.acme.service-now.com",
    "xn--acme", "xn--w", "ab--cd", "XN--80ak6aa92e", "acme\n", "acme\n.service-now.com", "\nacme",
    "acme\r\nHost: evil", "acme\x00", "acme\t", "ac me", "acme@evil.example", "user@acme",
    "user:pass@acme.service-now.com", "https://acme.service-now.com@evil.example/",
    "https://evil.example/acme.service-now.com", "https://evil.example#.service-now.com",
    "https://evil.example?.service-now.com", "evil.example/.service-now.com",
    "evil.example#.service-now.com", "evil.example\\.service-now.com",
    "https://acme.service-now.com\\@evil.example", "https:\\\\acme", "//acme", "https:///acme",
    "https://https://acme", "ftp://acme.service-now.com", "javascript://acme",
    "acme.service-now.com:443", "acme:8080", "acme%2eevil", "%61cme", "acme%00", "127.0.0.1",
    "[::1]", "localhost.", "acme_1", "acme!", "acme^", "äcme", "аcme", "acme。service-now.com",
    "ⓐcme", "ＡＣＭＥ", "acme\u200b", "acme\u202e", "K8s".replace("K", "\u212a"), "acme'--", "a,b",
    "*", "${jndi}", "acme.service-now.com, evil.example",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_instance_name_is_refused(name):
    with pytest.raises(InvalidInputError) as caught:
        instance_host(name, SUFFIXES)
    assert caught.value.field == "instance"


def test_a_number_is_a_name_but_never_an_address():
    assert instance_host("2130706433", SUFFIXES) == "2130706433.service-now.com"


@given(
    st.one_of(ANY, st.sampled_from(HOSTILE), st.from_regex(r"(https://)?[a-zA-Z0-9.@:/#?-]{1,40}"))
)
def test_whatever_is_typed_the_host_is_one_label_and_a_suffix(name):
    try:
        host = instance_host(name, SUFFIXES)
    except InvalidInputError:
        return
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.service-now\.com", host)
    assert host.split(".")[0][2:4] != "--"


def test_the_operator_may_allow_other_suffixes():
    suffixes = ("service-now.com", "itsm.example")
    assert instance_host("help.itsm.example", suffixes) == "help.itsm.example"
    assert instance_host("acme", suffixes) == "acme.service-now.com"


@pytest.mark.parametrize("name", ["Acme.service-now.com", "ACME", "acme.SERVICE-NOW.COM"])
def test_an_instance_has_no_capitals_whoever_writes_them(name):
    assert instance_host(name, ("Service-Now.com",)) == "acme.service-now.com"
    assert instance_host(name, ("service-now.com",)) == "acme.service-now.com"


@given(TEXT, TEXT)
def test_what_somebody_says_is_known_again_in_a_journal(name: str, text: str) -> None:
    entry = signed(name, text)

    assert is_signed(entry)
    assert "[code" not in entry.casefold()


@pytest.mark.parametrize("entry", ["", "See in Slack:", "Fixed.\nMia in Slack:\nmore"])
def test_an_entry_that_nobody_signed_is_not_taken_for_one(entry: str) -> None:
    assert not is_signed(entry)
