# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of wrong inputs in the guide to troubleshooting holds what is said to them, word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from ansible_collections.batchops.azure.tests.docs.wrong_inputs import (
    Accounts,
    Case,
    cases,
    entry,
    in_processes,
    rendered,
    said,
    said_in_processes,
    written,
)
from ansible_collections.batchops.azure.tests.support.modules import MODULES

CASES = cases()
HERE = [case for case in CASES if not in_processes(case)]
ELSEWHERE = [case for case in CASES if in_processes(case)]


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with Accounts(tmp_path_factory.mktemp("accounts")) as started:
        yield started


@pytest.fixture(scope="module")
def elsewhere(accounts: Accounts) -> dict[Case, str]:
    return dict(zip(ELSEWHERE, said_in_processes(accounts, ELSEWHERE)))


@pytest.mark.parametrize("case", HERE, ids=str)
def test_the_guide_has_what_is_said(accounts: Accounts, case: Case) -> None:
    message = said(case, accounts)
    assert message, "nothing is said"
    assert f"\n{entry(case, message)}" in f"\n{written()}", "run ./dev messages, and read what has changed"


@pytest.mark.parametrize("case", ELSEWHERE, ids=str)
def test_the_guide_has_what_roles_playbooks_and_inventories_say(elsewhere: dict[Case, str], case: Case) -> None:
    message = elsewhere[case]
    assert message, "nothing is said"
    assert f"\n{entry(case, message)}" in f"\n{written()}", "run ./dev messages, and read what has changed"


def test_the_guide_has_these_cases_in_their_order_and_no_others() -> None:
    terms = [line for line in written().splitlines() if line.startswith("*") and not line.startswith("**")]
    assert terms == [case.title for case in CASES]


def test_there_are_many_cases_and_each_module_has_some() -> None:
    called = Counter(case.called[1] for case in CASES)
    assert len(CASES) >= 60
    assert set(MODULES) <= set(called)
    assert len({case.title for case in CASES}) == len(CASES)


def test_a_message_of_several_lines_keeps_them() -> None:
    shown = entry(ELSEWHERE[0], "The gate is closed.\n  because")
    assert "\n   | ``The gate is closed.``\n   | ``because``\n\n   " in shown


def test_each_group_begins_with_its_name() -> None:
    table = rendered({case.title: "a message" for case in CASES})
    assert [line.strip("*") for line in table.splitlines() if line.startswith("**")] == list(
        dict.fromkeys(case.about for case in CASES)
    )
