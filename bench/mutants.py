"""Changes the code in small ways and sees whether a test or a type notices: `make mutants`, `make mutants-share`.

A mutant that nothing notices has survived. docs/mutation.md says of each known one why it may; any other is a fault
of the tests. Everything happens in copies of the project under .mutants/.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "mutation.md"
CORPUS = ROOT / "tests" / "corpus" / "bad"
COPIED = ("ivr", "prompts", "tests", "app.py")
MOST_MEMORY_BYTES = 4 * 1024**3  # a mutant that goes round for ever must not take all that the machine has
NOTICED = ("killed", "timeout", "caught by type check")
COLUMNS = ("killed", "caught by type check", "timeout", "survived", "no tests")

_NOT_COPIED = shutil.ignore_patterns("__pycache__")
_TABLE = "[tool.mutmut]"
# Not its warnings: a mutant is caught by types only where a fault would be.
_MYPY = ("-m", "mypy", "--output=json", "--no-warn-unreachable", "--no-warn-unused-ignores")
_BROKEN_FOLDER = "tests/unit/content/test_corpus.py::test_a_broken_folder_tells_exactly_its_faults"
_FENCE = re.compile(r"^```diff\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(ivr\.[\w.]+)` \| (.+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Trial:
    """Some modules, the tests that judge their mutants, and which mutants are tried: all of them if none is named."""

    name: str
    modules: tuple[Path, ...]
    tests: tuple[str, ...]
    mutants: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The package of the modules."""
        return self.name.partition(".")[0]

    @property
    def every_mutant(self) -> tuple[str, ...]:
        """The names of all mutants of the modules."""
        return tuple(
            sorted(
                get_mutant_name(path.relative_to(ROOT), name)
                for path in self.modules
                for name in mutate_file_contents(str(path), path.read_text("utf-8")).mutant_names
            )
        )

    def share(self, count: int, chance: random.Random) -> Trial:
        """Try some mutants of one module only, and change no other: what is changed makes all tests slow."""
        one = chance.choice(self.every_mutant).rpartition(".")[0]
        of_it = [name for name in self.every_mutant if name.rpartition(".")[0] == one]
        modules = tuple(path for path in self.modules if f"ivr.{self.package}.{path.stem}" == one)
        return replace(self, modules=modules, mutants=tuple(chance.sample(of_it, min(count, len(of_it)))))


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
    """Try the mutants, all or a share; exit 1 when one survives that the document does not explain."""
    asked = _asked()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    trials = [trial for name in asked.names or ("engine", "checks") for trial in _trials(name)]
    if asked.share:
        seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
        trials = [_share(trials, asked.share, random.Random(seed))]  # noqa: S311 because a seed has to choose the same
        print(f"The seed is {seed}.", flush=True)
    new = []
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        for trial in pool.map(lambda trial: _run(trial, max(1, workers // len(trials))), trials):
            mutants = list(_judged(trial))
            print(f"\n{_table(_rows(mutants))}", flush=True)
            if asked.write:
                _write(trial.package, mutants)
            new += [mutant for mutant in mutants if mutant.status not in NOTICED and mutant.change not in _explained()]
    for mutant in new:
        print(f"\n# {mutant.function} ({mutant.status})", *mutant.lines, sep="\n")
    if new:
        sys.exit(f"\n{len(new)} survived that {DOCUMENT.name} does not explain. Mend the tests, or explain them there.")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="engine, checks, or a module of the checks: checks.walk")
    parser.add_argument(
        "--share", type=int, default=0, help="how many mutants of one module, both chosen by the seed; 0 for all"
    )
    parser.add_argument("--seed", type=int, help="chooses the same share again")
    parser.add_argument("--write", action="store_true", help="write the table in docs/mutation.md")
    return parser.parse_args()


def _trials(name: str) -> Iterator[Trial]:
    """The engine is judged as a whole; each module of the checks by tests of its own, because a proof takes time."""
    package, _, module = name.partition(".")
    paths = sorted((ROOT / "ivr" / package).glob(f"{module or '*'}.py"))
    if package == "engine":
        yield Trial(package, tuple(paths), ("tests/unit/engine",))
        return
    for path in paths:
        trial = Trial(f"{package}.{path.stem}", (path,), tuple(_tests_of_a_check(path.stem)))
        if trial.every_mutant:
            yield trial


def _tests_of_a_check(module: str) -> Iterator[str]:
    """The tests of the same name, and the broken folders in which the rules of the module find something."""
    tests = ROOT / "tests" / "unit" / "checks"
    for path in (*tests.glob(f"test_{module}.py"), *sorted(tests.glob(f"test_{module}_*.py"))):
        yield path.relative_to(ROOT).as_posix()
    sys.path.insert(0, str(ROOT))
    from ivr.checks.prove import RULES  # noqa: PLC0415 because programs of the bench are outside the package

    numbers = {rule.number for rule in RULES if rule.find.__module__ == f"ivr.checks.{module}"}
    for folder in sorted(CORPUS.iterdir()):
        found = (folder / "expected.txt").read_text("utf-8")
        if any(re.search(rf": (error|warning) {number}: ", found) for number in numbers):
            yield f"{_BROKEN_FOLDER}[{folder.name}]"


def _share(trials: list[Trial], count: int, chance: random.Random) -> Trial:
    """A share of one module of all, by the size of the modules."""
    (trial,) = chance.choices(trials, [len(trial.every_mutant) for trial in trials])
    return trial.share(count, chance)


def _run(trial: Trial, workers: int) -> Trial:
    """Run mutmut over a copy whose settings name the modules and the tests of a trial."""
    work = ROOT / ".mutants" / trial.name
    shutil.rmtree(work, ignore_errors=True)
    for name in COPIED:
        source, to = ROOT / name, work / name
        shutil.copytree(source, to, ignore=_NOT_COPIED) if source.is_dir() else shutil.copy2(source, to)
    (work / "pyproject.toml").write_text(_settings(trial), "utf-8")
    with (work / "run.log").open("w") as log:
        command = [sys.executable, "-m", "mutmut", "run", f"--max-children={workers}", *trial.mutants]
        ended = subprocess.run(command, cwd=work, stdout=log, stderr=log, check=False)  # noqa: S603 because ours
    if ended.returncode:
        sys.exit(f"mutmut could not run; {(work / 'run.log').relative_to(ROOT)} says why.")
    return trial


def _settings(trial: Trial) -> str:
    told = {
        "only_mutate": [path.relative_to(ROOT).as_posix() for path in trial.modules],
        "pytest_add_cli_args_test_selection": trial.tests,
        "type_check_command": [sys.executable, *_MYPY, "-p", f"ivr.{trial.package}"],
    }
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in told.items())
    before, table, after = (ROOT / "pyproject.toml").read_text("utf-8").partition(_TABLE)
    heading, end, settings = after.partition("\n")
    return f"{before}{table}{heading}{end}{lines}{settings}"


def _judged(trial: Trial) -> Iterator[Mutant]:
    work = ROOT / ".mutants" / trial.name
    for meta in sorted((work / "mutants").rglob("*.py.meta")):
        path = meta.relative_to(work / "mutants").with_suffix("")
        for name, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items():
            if trial.mutants and name not in trial.mutants:
                continue
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


def _rows(mutants: list[Mutant]) -> dict[str, tuple[int, ...]]:
    """For each module its figures: all mutants, then the columns, then how many of those that live are explained."""
    explained, rows = _explained(), {}
    for module in sorted({mutant.module for mutant in mutants}):
        of_module = [mutant for mutant in mutants if mutant.module == module]
        counts = Counter(mutant.status for mutant in of_module)
        known = sum(mutant.change in explained for mutant in of_module if mutant.status not in NOTICED)
        rows[module] = (len(of_module), *(counts[column] for column in COLUMNS), known)
    return rows


def _table(rows: dict[str, tuple[int, ...]]) -> str:
    together = tuple(map(sum, zip(*rows.values(), strict=True)))
    lines = [f"| {name} | {' | '.join(map(str, row))} |" for name, row in (*_named(rows), ("together", together))]
    head = f"| module | mutants | {' | '.join(COLUMNS)} | of these explained |"
    return "\n".join([head, f"| --- |{' --: |' * (len(COLUMNS) + 2)}", *lines])


def _named(rows: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, tuple[int, ...]]]:
    return ((f"`{module}`", rows[module]) for module in sorted(rows))


def _write(package: str, mutants: list[Mutant]) -> None:
    """Write the rows of these modules; the others stay as they are."""
    text = DOCUMENT.read_text("utf-8")
    begins, ends = f"<!-- {package} -->\n", f"<!-- end of {package} -->"
    head, _, rest = text.partition(begins)
    before, _, after = rest.partition(ends)
    kept = {module: tuple(map(int, cells.split(" | "))) for module, cells in _ROW.findall(before)}
    DOCUMENT.write_text(f"{head}{begins}\n{_table({**kept, **_rows(mutants)})}\n\n{ends}{after}", "utf-8")


if __name__ == "__main__":
    main()
