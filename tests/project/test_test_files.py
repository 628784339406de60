# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests of a file stand where one looks for them: _http/retry.py has _http/test_retry.py, or test_retry_*.py."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "tests" / "unit"
FILES = [
    path.relative_to(ROOT).with_suffix("")
    for folder in ("module_utils", "plugin_utils")
    for path in sorted((ROOT / "plugins" / folder).rglob("*.py"))
]
TESTS = [
    path.relative_to(UNIT)
    for folder in ("module_utils", "plugin_utils")
    for path in sorted((UNIT / "plugins" / folder).rglob("test_*.py"))
]

# Files without a test of their own name, and why.
WITHOUT = {
    "*/module_utils/_registry": "a list; test_registry_files and the tables of all tests are made of it",
    "*/_*/resource": "an entry of that list; modules/test_documentation compares its options with what is documented",
    "*/_read/spec": "pieces of those options",
    "*/_mask/places": "a table; the contract tests compare it with the official descriptions",
    "*/_mask/names": "one function, which _mask/test_text_looks asks for each name of a long table",
    "*/_*/progress": "numbers for a line; _read/test_progress reads the numbers of each resource",
}
# What these ask and say is seen through the reader of their resource, as the service would show it: where they have no tests
# of their own, test_reader has them.
THROUGH_READERS = (
    "*/_*/condition",
    "*/_*/rules",
    "*/_*/scope",
    "*/_*/tally",
    "*/_*/listing",
    "*/_jobs/confirm",
    "*/_tasks/probe",
    "*/_account/*",
)


def is_of(file: Path, test: Path) -> bool:
    return test.parent == file.parent and (
        test.stem == f"test_{file.name}" or test.stem.startswith(f"test_{file.name}_")
    )


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_file_has_its_tests_or_a_reason_for_having_none(file: Path) -> None:
    found = [test for test in TESTS if is_of(file, test)]
    assert found or any(fnmatch(str(file), pattern) for pattern in (*WITHOUT, *THROUGH_READERS))


@pytest.mark.parametrize("pattern", WITHOUT)
def test_each_exception_is_still_one(pattern: str) -> None:
    meant = [file for file in FILES if fnmatch(str(file), pattern)]
    assert [file for file in meant if not any(is_of(file, test) for test in TESTS)]
