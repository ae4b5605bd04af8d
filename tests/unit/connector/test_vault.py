import base64
import itertools

import pytest
from pydantic import SecretStr

from connector.vault import Vault, VaultError, new_key

PLACE = {"workspace": "T1", "column": "connections.secret", "row": "ServiceNow"}


def vault(*keys):
    return Vault(SecretStr(",".join(keys)))


def test_what_was_sealed_opens_in_the_same_place():
    kept = vault(new_key())
    for plain in ("", "hunter2", "€ 漢字 🔑", "x" * 10_000):
        assert kept.open(kept.seal(plain, **PLACE), **PLACE) == plain


def test_two_seals_of_one_secret_have_nothing_in_common():
    kept = vault(new_key())
    assert kept.seal("secret", **PLACE) != kept.seal("secret", **PLACE)


@pytest.mark.parametrize("changed", ["workspace", "column", "row"])
def test_a_secret_moved_to_another_place_does_not_open(changed):
    kept = vault(new_key())
    sealed = kept.seal("secret", **PLACE)
    with pytest.raises(VaultError):
        kept.open(sealed, **{**PLACE, changed: "elsewhere"})


def test_no_two_places_share_a_description():
    kept = vault(new_key())
    places = [("a|b", "c", "d"), ("a", "b|c", "d"), ("a", "b", "c|d"), ("a%7Cb", "c", "d")]
    for here, there in itertools.permutations(places, 2):
        sealed = kept.seal("secret", workspace=here[0], column=here[1], row=here[2])
        with pytest.raises(VaultError):
            kept.open(sealed, workspace=there[0], column=there[1], row=there[2])


def test_an_altered_secret_does_not_open():
    kept = vault(new_key())
    sealed = kept.seal("secret", **PLACE)
    head, _, text = sealed.rpartition(".")
    data = base64.urlsafe_b64decode(text)
    for at in range(len(data)):
        altered = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(VaultError):
            kept.open(f"{head}.{base64.urlsafe_b64encode(altered).decode()}", **PLACE)
    for garbage in ("", "v1", "v1..", "v1.k.", "plain text", sealed[:-1], sealed + "="):
        with pytest.raises(VaultError):
            kept.open(garbage, **PLACE)


def test_an_older_key_still_opens_and_the_newest_seals():
    old, new = new_key(), new_key()
    sealed = vault(old).seal("secret", **PLACE)
    both = vault(new, old)
    assert both.open(sealed, **PLACE) == "secret"
    assert vault(new).open(both.seal("again", **PLACE), **PLACE) == "again"


def test_what_the_newest_key_sealed_is_told_from_what_an_older_one_did():
    secret = new_key().partition(":")[2]
    old, new = f"k1:{secret}", f"k:{new_key().partition(':')[2]}"
    both = vault(new, old)
    assert both.is_sealed_with_newest(both.seal("secret", **PLACE))
    assert not both.is_sealed_with_newest(vault(old).seal("secret", **PLACE))
    assert both.newest == "k"


def test_a_missing_key_is_named_and_no_key_is_shown():
    old, new = new_key(), new_key()
    sealed = vault(old).seal("secret", **PLACE)
    with pytest.raises(VaultError, match=old.partition(":")[0]) as caught:
        vault(new).open(sealed, **PLACE)
    assert new.partition(":")[2] not in str(caught.value)
    assert old.partition(":")[2] not in repr(vault(old))


@pytest.mark.parametrize(
    "keys", ["", ",", "nokey", "k1:", "k1:####", "k1:QUJD", "bad id:QUJD", ":QUJD"]
)
def test_keys_that_cannot_be_used_are_refused_without_being_shown(keys):
    with pytest.raises(VaultError) as caught:
        Vault(SecretStr(keys))
    assert "QUJD" not in str(caught.value)


@pytest.mark.parametrize(
    "keys",
    ["2363166b" * 8, "c2VjcmV0" * 4, "2363166b" * 5 + ":QUJD", "two words:QUJD"],
    ids=["a key alone", "short and alone", "a long id", "an id with a space"],
)
def test_nothing_of_what_is_not_written_as_a_key_is_shown(keys):
    with pytest.raises(VaultError) as caught:
        Vault(SecretStr(keys))
    assert str(caught.value) == (
        "a key is not written as id:base64; make one with `python -m bot keys`"
    )


def test_two_keys_with_one_id_are_refused():
    key = new_key()
    with pytest.raises(VaultError, match="same id"):
        vault(key, f"{key.partition(':')[0]}:{new_key().partition(':')[2]}")


def test_new_keys_differ():
    assert len({new_key() for _ in range(50)}) == 50
