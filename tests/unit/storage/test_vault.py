"""What is sealed cannot be read without a key, and is found by hashes that only a key makes."""

from __future__ import annotations

import pytest

from ivr.desk.ports import StoreUnavailable
from ivr.storage.vault import Subject, Unreadable, Vault, data_key

NUMBER = "+18135550142"
OLD, NEW, OTHER = data_key(), data_key(), data_key()


def test_what_is_sealed_holds_nothing_of_it_and_is_never_the_same_twice() -> None:
    vault = Vault((NEW,))
    first, second = vault.seal(NUMBER), vault.seal(NUMBER)
    assert first != second
    assert not [sealed for sealed in (first, second) if b"555" in sealed or NUMBER.encode() in sealed]
    assert vault.unseal(first) == vault.unseal(second) == NUMBER


def test_the_first_key_seals_and_any_unseals() -> None:
    rotating = Vault((NEW, OLD))
    assert rotating.unseal(Vault((OLD,)).seal(NUMBER)) == NUMBER
    assert Vault((NEW,)).unseal(rotating.seal(NUMBER)) == NUMBER
    assert rotating.is_sealed_with_first(rotating.seal(NUMBER))
    assert not rotating.is_sealed_with_first(Vault((OLD,)).seal(NUMBER))


@pytest.mark.parametrize(
    "sealed", [Vault((OTHER,)).seal(NUMBER), b"", b"not sealed at all"], ids=("another key", "nothing", "words")
)
def test_what_no_key_opens_is_unreadable_and_its_error_says_nothing_of_it(sealed: bytes) -> None:
    with pytest.raises(Unreadable) as raised:
        Vault((NEW, OLD)).unseal(sealed)
    assert isinstance(raised.value, StoreUnavailable)
    assert str(raised.value) == "Something was encrypted with a key that DATA_KEYS does not hold."


def test_a_hash_needs_the_key_and_tells_what_it_is_of() -> None:
    vault = Vault((NEW,))
    hashes = [vault.hash(subject, NUMBER) for subject in Subject]
    assert len({*hashes, Vault((OLD,)).hash(Subject.NUMBER, NUMBER)}) == len(Subject) + 1
    assert {len(each) for each in hashes} == {32}
    assert vault.hash(Subject.NUMBER, NUMBER) == Vault((NEW,)).hash(Subject.NUMBER, NUMBER)


def test_what_an_older_key_hashed_is_found() -> None:
    before = Vault((OLD,)).hash(Subject.CALL, "CA0")
    rotating = Vault((NEW, OLD))
    assert before in rotating.hashes(Subject.CALL, "CA0")
    assert rotating.hash(Subject.CALL, "CA0") == Vault((NEW,)).hash(Subject.CALL, "CA0") != before


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        ((), "holds no key"),
        (("",), "holds a key 1 of 0 bytes instead of 32"),
        ((NEW, "kéy"), "holds a key 2 that is not base64"),
        ((NEW, "not base64!"), "holds a key 2 that is not base64"),
        ((NEW, NEW[:-2]), "holds a key 2 that is not base64"),
        (("c2hvcnQ=", NEW), "holds a key 1 of 5 bytes instead of 32"),
    ],
)
def test_a_key_that_is_none_is_told_by_its_place_only(keys: tuple[str, ...], wrong: str) -> None:
    with pytest.raises(ValueError, match="key") as raised:
        Vault(keys)
    assert str(raised.value) == wrong
