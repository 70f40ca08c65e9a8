"""Holds the line's check of signatures against the vendor's validator: `make signatures`.

Every body is judged twice: by the check, and by the validator over the form that Flask reads. They have to agree, in
what they read and in what they say.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.datastructures import MultiDict

from bench.signed_bodies import KINDS, PUBLIC_URL, TOKEN, SignedBody, bodies, flask_reads, vendor_accepts
from ivr.twiml.signature import SignatureCheck, parse_form

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- signatures -->\n", "<!-- end of signatures -->"
AT_ONCE, LATER, REFUSED, DIFFERENT = COLUMNS = ("accepted at once", "by the validator", "refused", "different")


def main() -> None:
    """Judge as many bodies as asked for; exit 1 when one is judged differently."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    check = SignatureCheck.of(PUBLIC_URL, [TOKEN])
    counted: Counter[tuple[str, str]] = Counter()
    for body in bodies(asked.count, seed):
        verdict = judged(check, body)
        counted[body.kind, verdict] += 1
        if verdict == DIFFERENT:
            print(f"judged differently: {body}", file=sys.stderr)
    told = f"{asked.count:,} bodies, chosen by the seed {seed}, on {datetime.now(UTC).date()}.\n\n{_table(counted)}"
    print(told)
    if asked.write:
        _write(told)
    if any(verdict == DIFFERENT for _, verdict in counted):
        sys.exit("The check and the vendor's validator differ.")


def judged(check: SignatureCheck, asked: SignedBody) -> str:
    """Which of the columns a body belongs to."""
    form = parse_form(asked.body)
    if form is None or MultiDict(form) != flask_reads(asked.body):
        return DIFFERENT
    is_accepted = check.accepts(asked.target, form, asked.signature)
    if is_accepted is not vendor_accepts(asked):
        return DIFFERENT
    if not is_accepted:
        return REFUSED
    return AT_ONCE if check.signer_at_once(asked.target, form, asked.signature) else LATER


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="how many bodies")
    parser.add_argument("--seed", type=int, help="chooses the same ones again")
    parser.add_argument("--write", action="store_true", help="write the table in docs/performance.md")
    return parser.parse_args()


def _table(counted: Counter[tuple[str, str]]) -> str:
    rows = [f"| bodies | {' | '.join(COLUMNS)} |", f"| --- |{' --: |' * len(COLUMNS)}"]
    rows += [f"| {kind} | {' | '.join(f'{counted[kind, column]:,}' for column in COLUMNS)} |" for kind in KINDS]
    sums = (sum(counted[kind, column] for kind in KINDS) for column in COLUMNS)
    return "\n".join([*rows, f"| together | {' | '.join(f'{total:,}' for total in sums)} |"])


def _write(told: str) -> None:
    head, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    DOCUMENT.write_text(f"{head}{BEGIN}\n{told}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
