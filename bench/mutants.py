"""Changes the code in small ways and sees whether a test or a type notices: `make mutants`, `make mutants-share`.

A mutant that nothing notices has survived. docs/mutation.md says of each known one why it may; any other is a fault
of the tests. Everything happens in copies of the project under .mutants/.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "mutation.md"
PACKAGES = ("engine", "checks")
COPIED = ("ivr", "prompts", "tests", "app.py")
NOTICED = ("killed", "timeout", "caught by type check")
COLUMNS = ("killed", "caught by type check", "timeout", "survived", "no tests")

_NOT_COPIED = shutil.ignore_patterns("__pycache__")
_NAMES = (('"ivr/', '/*"'), ('"tests/unit/', '"'), ('"-p", "ivr.', '"'))  # as the settings name a package
_FENCE = re.compile(r"^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed function, what became of it, and the lines that differ. Its number changes with the code around it."""

    name: str
    status: str
    lines: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The module that was changed."""
        return self.name.rpartition(".")[0]

    @property
    def function(self) -> str:
        """The function as it is written in the code."""
        mangled = self.name.rpartition(".")[2].partition("__mutmut_")[0]
        return f"{self.module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"

    @property
    def change(self) -> tuple[str, ...]:
        """The function and the lines that differ."""
        return (self.function, *self.lines)


def main() -> None:
    """Run the mutants of the packages, all or a share; exit 1 when one survives that the document does not explain."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    new = []
    for package in asked.packages:
        some = _share(package, asked.share, seed) if asked.share else ()
        how = f"{len(some)} mutants, chosen by the seed {seed}" if some else "every mutant"
        print(f"ivr.{package}: {how}", flush=True)
        mutants = _run(package, some)
        print(_table(mutants), flush=True)
        if asked.write:
            _write(package, how, mutants)
        new += [mutant for mutant in mutants if mutant.status not in NOTICED and mutant.change not in _explained()]
    for mutant in new:
        print(f"\n# {mutant.function} ({mutant.status})", *mutant.lines, sep="\n")
    if new:
        sys.exit(f"\n{len(new)} survived that {DOCUMENT.name} does not explain. Mend the tests, or explain them there.")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--share", type=int, default=0, help="how many mutants, chosen by the seed; 0 for all")
    parser.add_argument("--seed", type=int, help="chooses the same share again")
    parser.add_argument("--write", action="store_true", help="write the table in docs/mutation.md")
    return parser.parse_args()


def _share(package: str, count: int, seed: int) -> tuple[str, ...]:
    names = [
        get_mutant_name(path.relative_to(ROOT), name)
        for path in sorted((ROOT / "ivr" / package).glob("*.py"))
        for name in mutate_file_contents(str(path), path.read_text("utf-8")).mutant_names
    ]
    chance = random.Random(seed)  # noqa: S311 because the same seed has to choose the same share
    return tuple(chance.sample(sorted(names), min(count, len(names))))


def _run(package: str, names: tuple[str, ...]) -> list[Mutant]:
    """Run mutmut over a copy whose settings are narrowed to one package, so that only its own tests are asked."""
    work = ROOT / ".mutants" / package
    shutil.rmtree(work, ignore_errors=True)
    for name in COPIED:
        source, to = ROOT / name, work / name
        shutil.copytree(source, to, ignore=_NOT_COPIED) if source.is_dir() else shutil.copy2(source, to)
    (work / "pyproject.toml").write_text(_narrowed((ROOT / "pyproject.toml").read_text("utf-8"), package), "utf-8")
    with (work / "run.log").open("w") as log:
        command = [sys.executable, "-m", "mutmut", "run", *names]
        ended = subprocess.run(command, cwd=work, stdout=log, stderr=log, check=False)  # noqa: S603 because ours
    if ended.returncode:
        sys.exit(f"mutmut could not run; {(work / 'run.log').relative_to(ROOT)} says why.")
    return [mutant for mutant in _judged(work) if mutant.name in names or not names]


def _narrowed(settings: str, package: str) -> str:
    """The same settings without what they say of other packages and their tests."""
    corpus = "" if package == "checks" else '"tests/unit/content/test_corpus.py"'
    others = [corpus] + [
        f"{before}{other}{after}" for other in PACKAGES if other != package for before, after in _NAMES
    ]
    for other in filter(None, others):
        settings = re.sub(rf"{re.escape(other)}(, ?)?", "", settings)
    return settings.replace('"python"', json.dumps(sys.executable))


def _judged(work: Path) -> Iterator[Mutant]:
    for meta in sorted((work / "mutants").rglob("*.py.meta")):
        path = meta.relative_to(work / "mutants").with_suffix("")
        for name, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items():
            status = status_by_exit_code[code]
            with contextlib.chdir(work):
                diff = "" if status in (*NOTICED, "not checked") else get_diff_for_mutant(name, path=path)
            yield Mutant(name, status, tuple(_changed(diff.splitlines()[2:])))


def _changed(lines: list[str]) -> Iterator[str]:
    return (f"{line[0]} {line[1:].strip()}" for line in lines if line.startswith(("-", "+")) and line[1:].strip())


def _explained() -> set[tuple[str, ...]]:
    """Every mutant that the document explains: in a diff block, "# function", then its lines."""
    entries = (entry for block in _FENCE.findall(DOCUMENT.read_text("utf-8")) for entry in block.split("# ")[1:])
    return {tuple(line.strip() for line in entry.splitlines() if line.strip()) for entry in entries}


def _table(mutants: list[Mutant]) -> str:
    explained = _explained()
    rows = [
        f"| module | mutants | {' | '.join(COLUMNS)} | of these explained |",
        f"| --- |{' --: |' * (len(COLUMNS) + 2)}",
    ]
    for module in (*sorted({mutant.module for mutant in mutants}), ""):
        of_module = [mutant for mutant in mutants if module in ("", mutant.module)]
        counts = Counter(mutant.status for mutant in of_module)
        known = sum(mutant.change in explained for mutant in of_module if mutant.status not in NOTICED)
        figures = (len(of_module), *(counts[column] for column in COLUMNS), known)
        rows.append(f"| {f'`{module}`' if module else 'together'} | {' | '.join(map(str, figures))} |")
    return "\n".join(rows)


def _write(package: str, how: str, mutants: list[Mutant]) -> None:
    text = DOCUMENT.read_text("utf-8")
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 ours
    when = f"{datetime.now(UTC).date()}, at commit {commit}: {how}."
    begins, ends = f"<!-- {package} -->\n", f"<!-- end of {package} -->"
    head, _, rest = text.partition(begins)
    DOCUMENT.write_text(f"{head}{begins}\n{when}\n\n{_table(mutants)}\n\n{ends}{rest.partition(ends)[2]}", "utf-8")


if __name__ == "__main__":
    main()
