# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes mistakes in the files that judge, wait and mask, one at a time, and asks the unit tests whether they notice.

    python mutation.py [--seed TEXT] [--count N | --all] [--only PATTERN] [--jobs N]

Without a seed the sample follows from the files themselves: the same code is always asked the same, other code is asked
something else. Each mistake that nothing noticed is printed. It wants a test, or, where the code does the same with it,
an entry in equivalent_mutants.yml that says why. Fails where less than 95 % were noticed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import itertools
import os
import queue
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from ansible_collections.batchops.azure.tests.checks.mutants import Mutant, mutants, with_mistake

ROOT = Path(__file__).resolve().parents[2]
CODE = Path("plugins", "module_utils")
UNIT = Path("tests", "unit", "plugins", "module_utils")
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.yml")
WANTED = 0.95

MUTATED = (
    *("_run.py", "_base/verdict.py", "_read/expression.py", "_read/last_look.py"),
    *(
        f"{room}/*.py"
        for room in ("_mask", "_account", "_jobs", "_tasks", "_nodes", "_pools", "_prep", "_gate", "_after")
    ),
)
# An entry of the registry, which tests/project compares with what is documented, and numbers for a line.
NOT_MUTATED = ("*/resource.py", "*/progress.py")
NOT_COPIED = shutil.ignore_patterns(".git", ".nox", ".venv", "build", "docs", ".hypothesis", ".*_cache")

# pytest, with an end to loops: in processor time, so that a busy machine does not end what goes on well.
LIMITED = """
import resource, sys, pytest
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1]) + 5))
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
sys.exit(pytest.main(sys.argv[2:]))
"""
FLAGS = ("-x", "-q", "-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider", "--tb=short")
NO_TESTS = int(pytest.ExitCode.NO_TESTS_COLLECTED)


class Limit(NamedTuple):
    """For one run of tests: seconds of the processor, and seconds in which nothing may have ended."""

    processor: int
    wall: float


def files(only: str) -> list[str]:
    names = sorted(path.relative_to(ROOT / CODE).as_posix() for path in (ROOT / CODE).rglob("*.py"))
    return [
        name
        for name in names
        if any(fnmatch(name, pattern) for pattern in MUTATED)
        and not any(fnmatch(name, pattern) for pattern in NOT_MUTATED)
        and fnmatch(name, only)
    ]


def source(name: str) -> str:
    return (ROOT / CODE / name).read_text(encoding="utf-8")


def all_mutants(names: list[str]) -> list[Mutant]:
    return [mutant for name in names for mutant in mutants(name, ast.parse(source(name)))]


def equivalents() -> dict[tuple[str, ...], str]:
    """Why a mutant does the same as the code, by its key."""
    entries = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8"))
    return {tuple(entry[name] for name in ("file", "function", "before", "after")): entry["why"] for entry in entries}


def drawn(found: list[Mutant], count: int, seed: str) -> list[Mutant]:
    return random.Random(seed).sample(found, min(count, len(found)))


def stages(name: str) -> Iterator[list[str]]:
    """What is asked, one after the other, until something notices: the file's own tests, its room's, all."""
    file, room = Path(name), UNIT / Path(name).parent
    own = [
        path for pattern in (f"test_{file.stem}.py", f"test_{file.stem}_*.py") for path in (ROOT / room).glob(pattern)
    ]
    if own:
        yield [str(path.relative_to(ROOT)) for path in sorted(own)]
    if room != UNIT:
        yield [str(room)]
    yield [str(UNIT)]


class Copy:
    """A checkout of its own, so that a mistake is in no other one."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "ansible_collections" / "batchops" / "azure"
        shutil.copytree(ROOT, self._root, ignore=NOT_COPIED)
        self._environment = {**os.environ, "PYTHONPATH": str(folder), "ANSIBLE_COLLECTIONS_PATH": str(folder)}
        self._written = itertools.count(1)

    def passes(self, tests: list[str], limit: Limit) -> tuple[bool, str]:
        command = [sys.executable, "-c", LIMITED, str(limit.processor), *FLAGS, *tests]
        # A session of its own: what a test has started ends with it.
        with subprocess.Popen(
            command,
            cwd=self._root,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                said, _errors = process.communicate(timeout=limit.wall)
            except subprocess.TimeoutExpired:
                said = "took too long"
            finally:
                _end_session(process.pid)
        if process.returncode == NO_TESTS:
            raise SystemExit(f"no tests in {' '.join(tests)}")
        return process.returncode == 0, said

    def notices(self, mutant: Mutant, limit: Limit) -> bool:
        original = source(mutant.file)
        self._write(mutant.file, with_mistake(mutant, original))
        try:
            return not all(self.passes(tests, limit)[0] for tests in stages(mutant.file))
        finally:
            self._write(mutant.file, original)

    def _write(self, name: str, text: str) -> None:
        path = self._root / CODE / name
        path.write_text(text, encoding="utf-8")
        # Python takes compiled code for that of a file by second and size: no second is used twice.
        os.utime(path, (next(self._written), next(self._written)))


def _end_session(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def limit_of(copy: Copy) -> Limit:
    """From a run without any mistake, which has to pass: where it fails, everything would seem to be noticed."""
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    passed, said = copy.passes([str(UNIT)], Limit(3600, 7200))
    if not passed:
        raise SystemExit(f"the tests fail without any mistake:\n{said[-3000:]}")
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return Limit(int(processor * 2) + 5, (time.monotonic() - began) * 10)


def survivors(asked: list[Mutant], jobs: int) -> list[Mutant]:
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder, ThreadPoolExecutor(jobs) as pool:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(jobs):
            copies.put(Copy(Path(folder) / str(number)))
        limit = limit_of(first := copies.get())
        copies.put(first)

        def survives(mutant: Mutant) -> bool:
            copy = copies.get()
            try:
                noticed = copy.notices(mutant, limit)
            finally:
                copies.put(copy)
            print("." if noticed else f"\n{_sentence(mutant)}", end="" if noticed else "\n", flush=True)
            return not noticed

        return [mutant for mutant, left in zip(asked, pool.map(survives, asked)) if left]


def _sentence(mutant: Mutant) -> str:
    return f"{mutant.file}:{mutant.line} {mutant.function or 'at the top'}\n  - {mutant.before}\n  + {mutant.after}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed")
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    names = files(options.only)
    seed = options.seed or hashlib.sha256("".join(map(source, names)).encode()).hexdigest()[:8]
    known = equivalents()
    found = [mutant for mutant in all_mutants(names) if mutant.key not in known]
    asked = found if options.all else drawn(found, options.count, seed)
    print(f"{len(asked)} of {len(found)} mutants of {len(names)} files, seed {seed}", flush=True)
    left = survivors(asked, options.jobs)
    noticed = len(asked) - len(left)
    print(
        f"\n{noticed} of {len(asked)} were noticed ({noticed / len(asked):.1%}), {len(known)} are listed as equivalent"
    )
    if noticed < WANTED * len(asked):
        raise SystemExit(f"less than {WANTED:.0%} were noticed")


if __name__ == "__main__":
    main(sys.argv[1:])
