"""approvals.toml: the words of each file as they were approved, by whom and when. A command writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from ivr.content.found import one_of
from ivr.content.table import Table
from ivr.model.approval import ACCEPTABLE, Acceptance, Approval, Approvals, HeardWords

_FIRST_LINE = '# Written by "python -m ivr approve": the words as they were approved. Approve again to change it.\n'
_HEADER = re.compile(r'^\[{1,2}"(?P<file>[^"\n]+)"[^\n]*$', re.MULTILINE)


def read_approvals(table: Table, files: Iterable[str]) -> Approvals:
    """Every approval by its file. `files` are those that have words; none where the others could not tell."""
    known = tuple(files)
    for extra in (file for file in table.values if known and file not in known):
        table.at(extra).fault(f'"{extra}" is no file of words of the line.', one_of(extra, known))
    return {file: _approval(table.table(file)) for file in table.values}


def with_approval(source: str, file: str, approval: Approval) -> str:
    """The text of approvals.toml in which this stands as the approval of a file; everything else stays as it is."""
    blocks = list(_blocks(source or _FIRST_LINE))
    ours = [index for index, (name, _) in enumerate(blocks) if name == file]
    first = ours[0] if ours else len(blocks)
    kept = [(index, text) for index, (name, text) in enumerate(blocks) if name != file]
    before = "".join(text for index, text in kept if index < first).rstrip("\n")
    after = "".join(text for index, text in kept if index > first)
    return f"{before}\n\n{_written(file, approval)}".lstrip("\n") + (f"\n{after}" if after else "")


def _approval(table: Table) -> Approval:
    table.only("by", "role", "on", "evidence", "words", "sounds", "accepted")
    return Approval(
        by=table.text("by"),
        role=table.text("role"),
        on=_day(table),
        evidence=table.text("evidence"),
        words=HeardWords(_texts(table.table("words")), _texts(table.table("sounds", is_required=False))),
        accepted=tuple(_acceptance(each) for each in table.tables("accepted")),
    )


def _texts(table: Table) -> Mapping[str, str]:
    return {key: table.text(key) for key in table.values}


def _day(table: Table) -> date:
    value = table.values.get("on")
    if table.is_there("on") and (not isinstance(value, date) or isinstance(value, datetime)):
        table.at("on").fault('"on" is not a date.', "Write a date without quotation marks, like 2026-11-22.")
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.min


def _acceptance(table: Table) -> Acceptance:
    table.only("rule", "reason", "hash")
    rule = table.text("rule")
    if rule and rule not in ACCEPTABLE:
        table.at("rule").fault(f'Findings of "{rule}" cannot be accepted.', one_of(rule, ACCEPTABLE))
    return Acceptance(rule, table.text("reason"), table.text("hash"))


def _blocks(source: str) -> Iterator[tuple[str, str]]:
    """The text cut before every table, each piece with the file it is about; comments go with what follows."""
    starts = [(_before_comments(source, match.start()), match["file"]) for match in _HEADER.finditer(source)]
    ends = (*(start for start, _ in starts), len(source))[1:]
    yield "", source[: starts[0][0] if starts else len(source)]
    for (start, file), end in zip(starts, ends, strict=True):
        yield file, source[start:end]


def _before_comments(source: str, start: int) -> int:
    lines = source[:start].split("\n")[:-1]
    while lines and lines[-1].startswith("#") and f"{lines[-1]}\n" != _FIRST_LINE:
        start -= len(lines.pop()) + 1
    return start


def _written(file: str, approval: Approval) -> str:
    name = _quoted(file)
    lines = [f"[{name}]"]
    lines += [f"{key} = {_quoted(getattr(approval, key))}" for key in ("by", "role", "evidence")]
    lines += [f"on = {approval.on.isoformat()}", "", f"[{name}.words]  # {approval.words.hash}"]
    lines += [f"{_quoted(key)} = {_quoted(sentence)}" for key, sentence in approval.words.sentences.items()]
    if approval.words.sounds:
        lines += ["", f"[{name}.sounds]"]
        lines += [f"{_quoted(word)} = {_quoted(sound)}" for word, sound in approval.words.sounds.items()]
    for each in approval.accepted:
        lines += ["", f"[[{name}.accepted]]"]
        lines += [f"{key} = {_quoted(getattr(each, key))}" for key in ("rule", "reason", "hash")]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
