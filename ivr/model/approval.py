"""Approvals of words: who signed what, and which drafts may be served all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

ACCEPTABLE = ("T1", "T2", "T3")  # rules on how words are made, not on what they say
HASH_LETTERS = 16

_ALL = "all"


@dataclass(frozen=True, slots=True)
class HeardWords:
    """Everything that is heard of one file: each sentence by its key, and how each respelled word in them sounds."""

    sentences: Mapping[str, str]
    sounds: Mapping[str, str]

    @property
    def hash(self) -> str:
        """Sixteen letters and digits that change with any of the words or their sound."""
        tables = [sorted(table.items()) for table in (self.sentences, self.sounds)]
        return sha256(repr(tables).encode()).hexdigest()[:HASH_LETTERS]


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence, or the sound of one word, that is not as it was approved; None where there is none."""

    key: str
    before: str | None
    after: str | None


def changes(before: HeardWords, after: HeardWords) -> tuple[Change, ...]:
    """What differs, in the order of the words as they are now; what is gone comes last."""
    pairs = ((before.sentences, after.sentences, ""), (before.sounds, after.sounds, "sound of "))
    return tuple(
        Change(f"{prefix}{key}", old.get(key), new.get(key))
        for old, new, prefix in pairs
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    )


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding of a rule that the approver accepts in these very words: `hash` is theirs, and it dies with them."""

    rule: str
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's signature under the words of one file; `evidence` says where it is kept."""

    by: str
    role: str
    on: date
    evidence: str
    words: HeardWords
    accepted: tuple[Acceptance, ...] = ()

    def acceptance(self, rule: str, words: HeardWords) -> Acceptance | None:
        """The acceptance of a rule's findings in these words; None when there is none, or it was for other words."""
        live = (each for each in self.accepted if each.hash == words.hash == self.words.hash)
        return next((each for each in live if each.rule == rule and rule in ACCEPTABLE), None)


Approvals = Mapping[str, Approval]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file whose words were never approved, or have changed since."""

    file: str
    words: HeardWords
    approval: Approval | None

    @property
    def language(self) -> str:
        """The language of the words: the folder of the file."""
        return self.file.partition("/")[0]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What has changed since the approval; everything, where there is none."""
        return changes(self.approval.words if self.approval else HeardWords({}, {}), self.words)


def drafts(heard: Mapping[str, HeardWords], approvals: Approvals) -> tuple[Draft, ...]:
    """Every draft among the files that are heard, in their order."""
    found = (Draft(file, words, approvals.get(file)) for file, words in heard.items())
    return tuple(draft for draft in found if draft.changes)


@dataclass(frozen=True, slots=True)
class AllowedDrafts:
    """Which drafts are served all the same: all of them, or those of the languages, nodes and language/node named."""

    everything: bool = False
    names: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> AllowedDrafts:
        """Read "", "all" or a list with commas; ValueError says what is wrong with it."""
        names = tuple(name.strip() for name in text.split(",")) if text.strip() else ()
        if not all(names):
            raise ValueError("holds an empty name")
        if _ALL in names and len(names) > 1:
            raise ValueError('holds "all" and more')
        return cls(everything=True) if names == (_ALL,) else cls(names=names)

    def allow(self, file: str) -> bool:
        """Whether the drafts of a file, such as en/what.md, are served."""
        language, _, name = file.rpartition(".")[0].partition("/")
        return self.everything or not {language, name, f"{language}/{name}"}.isdisjoint(self.names)


NO_DRAFTS = AllowedDrafts()
ALL_DRAFTS = AllowedDrafts(everything=True)
