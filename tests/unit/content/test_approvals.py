"""What is approved of a file, and how approvals.toml is read and written."""

from __future__ import annotations

import shutil
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.content import APPROVALS, heard_words, read_folder, with_approval
from ivr.errors import ContentFaults
from ivr.model.approval import Acceptance, Approval, HeardWords, changes, drafts
from tests.approvals import approval, approve_all
from tests.folders import CLINIC

WORDS = HeardWords({"passage 1": "One.", "passage 2": "Two."}, {"one": "wun"})
SIGNED = Approval("Jane Roe", "nurse", date(2026, 11, 2), "minutes", WORDS)
LINE = (
    st.text(st.characters(exclude_categories=["Cs"]))
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(str.strip)
)


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def read_back(folder: Path, text: str) -> dict[str, Approval]:
    (folder / APPROVALS).write_text(text, "utf-8")
    return dict(read_folder(folder).approvals)


def test_a_folder_without_approvals_has_none(clinic: Path) -> None:
    folder = read_folder(clinic)
    assert folder.approvals == {}
    assert [draft.file for draft in drafts(heard_words(folder.flow), {})] == list(heard_words(folder.flow))


def test_what_was_approved_is_no_draft(two_languages: Path) -> None:
    folder = read_folder(approve_all(two_languages))
    assert set(folder.approvals) == set(heard_words(folder.flow))
    assert drafts(heard_words(folder.flow), folder.approvals) == ()


def test_a_changed_sentence_makes_a_draft_of_its_file_and_of_no_other(clinic: Path) -> None:
    edit(approve_all(clinic) / "en" / "missed.md", "Nobody", "No one")
    folder = read_folder(clinic)
    (draft,) = drafts(heard_words(folder.flow), folder.approvals)
    assert draft.file == "en/missed.md"
    assert draft.approval == folder.approvals["en/missed.md"]
    (change,) = draft.changes
    assert change.before is not None
    assert change.after == change.before.replace("Nobody", "No one")


@pytest.mark.parametrize("key", ["title", "option"])
def test_the_choice_that_leads_to_a_section_belongs_to_the_menu(clinic: Path, key: str) -> None:
    before = heard_words(read_folder(clinic).flow)
    edit(clinic / "en" / "who.md", f'{key} = "', f'{key} = "Now ')
    after = heard_words(read_folder(clinic).flow)
    assert [change.key for change in changes(before["en/main.md"], after["en/main.md"])] == [f"who.{key}"]
    assert before["en/who.md"] == after["en/who.md"]


def test_how_a_word_sounds_is_part_of_what_is_approved(clinic: Path) -> None:
    before = heard_words(read_folder(clinic).flow)
    edit(clinic / "lexicon.toml", '"influenza" = "in flew enza"', '"influenza" = "in flu enza"')
    after = heard_words(read_folder(clinic).flow)
    changed = {file: changes(before[file], after[file]) for file in before if before[file] != after[file]}
    assert changed
    assert {change.key for each in changed.values() for change in each} == {"sound of influenza"}


def test_digits_said_one_by_one_are_no_number(clinic: Path) -> None:
    edit(clinic / "en" / "phrases.toml", "9-1-1", "9-1-2")
    before = heard_words(read_folder(clinic).flow)["en/phrases.toml"]
    edit(clinic / "en" / "phrases.toml", "9-1-2", "912")
    after = heard_words(read_folder(clinic).flow)["en/phrases.toml"]
    assert [change.key for change in changes(before, after)] == ["said.emergency"]


def test_what_is_gone_and_what_is_new_are_changes() -> None:
    now = HeardWords({"passage 1": "One.", "passage 3": "Three."}, {})
    told = [(change.key, change.before, change.after) for change in changes(WORDS, now)]
    assert told == [("passage 3", None, "Three."), ("passage 2", "Two.", None), ("sound of one", "wun", None)]


def test_the_hash_is_of_the_words_and_their_sound_and_not_of_their_order() -> None:
    turned = HeardWords(dict(reversed(tuple(WORDS.sentences.items()))), WORDS.sounds)
    assert turned.hash == WORDS.hash
    assert len(WORDS.hash) == 16
    others = (HeardWords({**WORDS.sentences, "passage 1": "One!"}, WORDS.sounds), HeardWords(WORDS.sentences, {}))
    assert len({WORDS.hash, *(other.hash for other in others)}) == 3


def test_an_acceptance_dies_with_the_words_it_was_given_for() -> None:
    signed = replace(SIGNED, accepted=(Acceptance("T1", "names", WORDS.hash),))
    assert signed.acceptance("T1", WORDS) == signed.accepted[0]
    assert signed.acceptance("T2", WORDS) is None
    assert signed.acceptance("T1", HeardWords({"passage 1": "Other."}, {})) is None
    stale = replace(SIGNED, accepted=(Acceptance("T1", "names", "0" * 16),))
    assert stale.acceptance("T1", WORDS) is None


def test_what_can_never_be_accepted_is_not_even_when_somebody_wrote_so() -> None:
    signed = replace(SIGNED, accepted=(Acceptance("T4", "it is known", WORDS.hash),))
    assert signed.acceptance("T4", WORDS) is None


@given(st.builds(Approval, LINE, LINE, st.dates(), LINE, st.just(WORDS), st.just((Acceptance("T2", "r", "0" * 16),))))
def test_whatever_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, signed: Approval) -> None:
    folder = tmp_path_factory.getbasetemp() / "round"
    if not folder.exists():
        shutil.copytree(CLINIC, folder)
    assert read_back(folder, with_approval("", "en/who.md", signed)) == {"en/who.md": signed}


def test_approving_one_file_leaves_the_others_and_the_notes_between_them(clinic: Path) -> None:
    text = with_approval("", "en/who.md", SIGNED)
    text = with_approval(text, "en/when.md", SIGNED).replace(
        '["en/when.md"]\n', '# Ask again in May.\n["en/when.md"]\n'
    )
    text = with_approval(text, "en/after.md", SIGNED)
    newer = replace(SIGNED, by="John Doe", accepted=(Acceptance("T1", "names", WORDS.hash),))
    written = with_approval(text, "en/who.md", newer)
    assert read_back(clinic, written) == {"en/who.md": newer, "en/when.md": SIGNED, "en/after.md": SIGNED}
    assert '# Ask again in May.\n["en/when.md"]\n' in written
    assert written.index("en/who.md") < written.index("en/when.md") < written.index("en/after.md")
    assert with_approval(written, "en/who.md", SIGNED) == text


def test_an_approval_of_a_file_that_is_gone_is_told_with_its_line(clinic: Path) -> None:
    (clinic / APPROVALS).write_text(with_approval("", "en/whom.md", approval(WORDS)), "utf-8")
    with pytest.raises(ContentFaults) as raised:
        read_folder(clinic)
    assert [(fault.where, fault.line) for fault in raised.value.faults] == [(APPROVALS, 3)]
