"""The table of docs/faults.md: every test writes its own row, and finds it there as it was written last.

UPDATE_FAULTS=1 writes the rows anew.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"
HEAD = "| what breaks | what the caller heard | what is lost | how it recovers |\n| --- | --- | --- | --- |\n"

USUAL = "every word as usual"
FELL_BACK = "the fallback document: the emergency line in both languages, then FALLBACK_NUMBER rings"
NOTHING = "nothing"
HONEST = "every word as usual; who asks to be called back is told that it could not be kept, and is offered a person"
UNKEPT = "requests made meanwhile, of which each caller was told"

# What breaks, by the name that its test gives it, in the order of the table.
FAULTS = {
    "worker killed": "a worker is killed while it reads a request",
    "workers killed": "every worker of both instances is killed while one reads a request",
    "instance stops": "an instance is told to stop while it answers (SIGTERM)",
    "rolling restart": "each instance is restarted in mid-call, as a release does",
    "old and new": "an older and a newer version answer the same call in turn",
    "tokens": "the auth token is rotated in mid-call",
    "line down": "both instances are down when a call arrives",
    "line down in mid-call": "both instances go down in mid-call",
    "clock": "the clock jumps in mid-call: an hour, days, to 1970, to 2100",
    "slow senders": "200 connections to the proxy send half a request each and wait",
    "instance hangs": "an instance takes a request and gives no answer",
    "answers late": "every answer of both instances is 2 s late",
    "answer cut": "answers are cut off in the middle",
    "answer garbled": "answers are noise",
    "connections reset": "an instance resets every connection",
    "log blocked": "what reads the log hangs, and its pipe is full",
    "log gone": "what reads the log has gone",
    "database down at start": "the database is down when the line starts",
    "database down": "the database goes down in mid-call",
    "database slow but working": "every answer of the database is 0.2 s late",
    "database slow": "every answer of the database is 5 s late",
    "database hangs": "the database takes requests and gives no answer",
    "database noise": "the database's answers are noise",
    "database full": "the disk of the database is full",
    "database read-only": "the database takes no changes",
    "database locked": "somebody holds the tables locked",
    "database fails over": "the database is killed and comes back in mid-call",
    "file locked": "SQLite: another program holds the file locked",
    "file full": "SQLite: the disk of the file is full",
    "api down": "the platform's REST API cannot be reached when a text is to go out",
    "api busy": "the REST API answers 429 to a text",
    "api broken": "the REST API answers 500 to a text, which it has sent",
    "api hangs": "the REST API gives no answer to a text",
    "hostile": "broken, forged and senseless requests arrive while somebody calls",
}


@dataclass(frozen=True)
class Row:
    """One fault, in the words of the table."""

    fault: str
    heard: str
    lost: str
    recovers: str

    def __str__(self) -> str:
        return f"| {FAULTS[self.fault]} | {self.heard} | {self.lost} | {self.recovers} |\n"


def write_down(fault: str, heard: str, lost: str, recovers: str) -> None:
    """Hold a row against the document, or write it there."""
    row = str(Row(fault, heard, lost, recovers))
    if os.environ.get("UPDATE_FAULTS") == "1":
        _replace(row)
    assert row in rows(), f"docs/faults.md does not have this row; write it with UPDATE_FAULTS=1:\n{row}"


def rows() -> list[str]:
    """The rows of the table as they stand."""
    return _parts(DOCUMENT.read_text("utf-8"))[1]


def _parts(text: str) -> tuple[str, list[str], str]:
    """What stands before the rows, the rows, and what stands after them."""
    before, head, after = text.partition(HEAD)
    table, gap, rest = after.partition("\n\n")
    return before + head, [f"{line}\n" for line in table.splitlines()], gap[1:] + rest


def _replace(row: str) -> None:
    with DOCUMENT.open("r+", encoding="utf-8") as document:
        fcntl.flock(document, fcntl.LOCK_EX)
        before, known, rest = _parts(document.read())
        kept = {_fault(line): line for line in (*known, row)}
        document.seek(0)
        document.truncate()
        document.write(before + "".join(kept[words] for words in FAULTS.values() if words in kept) + rest)


def _fault(row: str) -> str:
    return row.removeprefix("| ").partition(" | ")[0]
