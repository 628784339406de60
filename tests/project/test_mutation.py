# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`./dev check -s mutation`: which mistakes it makes, what counts as noticed, and that its list of equivalents is true."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ansible_collections.batchops.azure.tests.checks import mutation
from ansible_collections.batchops.azure.tests.checks.mutants import Mutant, mutants, with_mistake

# Code, and all that can be put in its place.
MISTAKES = {
    "a < b": ["a <= b", "a >= b"],
    "a == b": ["a != b"],
    "a in b": ["a not in b"],
    "a and b": ["a or b", "b", "a"],
    "not a": ["a"],
    "a + b": ["a - b"],
    "b if a else c": ["b", "c"],
    "[a, b]": ["[b]", "[a]"],
    "{a}": [],
    "{a: b}": ["{}"],
    "f(a, b=c)": ["f(a)"],
    "[a for a in b if c]": ["[a for a in b]"],
    "f(a[0])": ["f(a[1])"],
    "f(a[2])": ["f(a[3])", "f(a[1])"],
    "f(100)": ["f(200)", "f(50)"],
    "f(True)": ["f(False)"],
    "f('id')": ["f('')"],
    "f('words for people')": [],
    "f(None)": [],
    "list[A[B, C]]()": [],
    "f'{a} of {b}'": [],
    "cast('A', b)": [],
}
STATEMENTS = {
    "return a": ["return None"],
    "return False": ["return True"],
    "raise A": ["pass"],
    "a.b = c": ["pass"],
    "a = b": [],
    "a += b": ["pass", "a -= b"],
    "import a": [],
    "if a:\n    b = c": ["if False:\n    b = c", "if True:\n    b = c"],
    "while a:\n    break": ["while False:\n    break", "while a:\n    pass"],
    "def f(a: A=0) -> B:\n    'Says what.'": ['def f(a: A=1) -> B:\n    """Says what."""'],
    "@cache(1)\ndef f():\n    return": [],
    "if TYPE_CHECKING:\n    a.b = c": [],
    "A = B[C, D]": [],
}


def made(text: str) -> list[str]:
    return [with_mistake(mutant, text) for mutant in mutants("a.py", ast.parse(text))]


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_in_an_expression(text: str) -> None:
    assert made(f"x = {text}") == [f"x = {mistake}" for mistake in MISTAKES[text]]


@pytest.mark.parametrize("text", STATEMENTS)
def test_mistakes_in_a_statement(text: str) -> None:
    assert made(text) == STATEMENTS[text]


def test_a_mutant_is_found_again_when_lines_are_added_above() -> None:
    before = "def f(a):\n    return g(a > 1) or h(a > 1)\n"
    asked = list(mutants("a.py", ast.parse(before)))
    assert len({mutant.key for mutant in asked}) == len(asked)
    above = "def other(a):\n    return a > 1\n\n\n"
    for mutant in asked:
        assert with_mistake(mutant, above + before) == f"{above.strip()}\n\n{with_mistake(mutant, before)}"


def test_the_tree_is_whole_again_behind_the_mutants() -> None:
    tree = ast.parse("def f(a):\n    return [a < 1, not a]\n")
    whole = ast.unparse(tree)
    assert list(mutants("a.py", tree))
    assert ast.unparse(tree) == whole


def test_the_same_seed_draws_the_same_and_another_something_else() -> None:
    found = mutation.all_mutants(mutation.files("_gate/*"))
    assert mutation.drawn(found, 5, "a") == mutation.drawn(found, 5, "a") != mutation.drawn(found, 5, "b")


def test_files_that_judge_wait_and_mask_are_among_the_mutated() -> None:
    names = set(mutation.files("*"))
    assert {"_run.py", "_tasks/rules.py", "_after/wait.py", "_mask/text.py", "_gate/reader.py"} <= names
    assert not {"_tasks/resource.py", "_tasks/progress.py", "_http/client.py"} & names


@pytest.mark.parametrize("pattern", [*mutation.MUTATED, *mutation.NOT_MUTATED])
def test_each_pattern_of_files_names_some(pattern: str) -> None:
    assert list((mutation.ROOT / mutation.CODE).glob(pattern))


def test_each_equivalent_is_still_a_mutant_and_has_a_reason() -> None:
    known = mutation.equivalents()
    found = {mutant.key for mutant in mutation.all_mutants(mutation.files("*"))}
    assert [key for key in known if key not in found] == []
    assert all(known.values())


CODE = """
def few(number):
    return number < 3

def again(number):
    while number:
        number -= 1
    return True
"""
TESTS = """
from ansible_collections.batchops.azure.plugins.module_utils._gate.few import again, few

def test_few():
    assert few(2) and not few(4)

def test_again():
    again(1)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection of one file and its tests, which do not ask for the boundary."""
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    for folder, name, text in (
        (mutation.CODE / "_gate", "few.py", CODE),
        (mutation.UNIT / "_gate", "test_few.py", TESTS),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_no_test_asks_for_is_left_and_a_loop_without_an_end_is_noticed(project: Path) -> None:
    mistakes = ("number <= 3", "number >= 3", "number < 2", "pass")
    asked = [mutant for mutant in mutation.all_mutants(["_gate/few.py"]) if mutant.after in mistakes]
    assert len(asked) == 4
    left = mutation.survivors(asked, 2)
    assert [mutant.after for mutant in left] == ["number <= 3"]
    assert (project / mutation.CODE / "_gate" / "few.py").read_text(encoding="utf-8") == CODE


def test_where_the_tests_fail_without_a_mistake_nothing_counts_as_noticed(project: Path) -> None:
    (project / mutation.UNIT / "_gate" / "test_few.py").write_text(
        "def test_it():\n    assert 1 == 2\n", encoding="utf-8"
    )
    with pytest.raises(SystemExit, match=r"the tests fail without any mistake:(.|\n)*assert 1 == 2"):
        mutation.survivors([Mutant("_gate/few.py", "", "", "", 0)], 1)
