# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which parts make a credential, and what is said of those that do not."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.kinds import (
    KINDS,
    Kind,
    described,
    refuse_empty,
    refuse_incomplete,
    shortcomings,
    whole_kind,
)
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_kind_is_whole_with_all_that_it_needs_and_with_nothing_less(kind: Kind) -> None:
    parts = dict.fromkeys(kind.parts, "x")
    assert whole_kind(parts) == kind
    for needed in kind.needs:
        without = {part: value for part, value in parts.items() if part != needed}
        assert whole_kind(without) is None


def test_what_is_missing_is_named() -> None:
    assert shortcomings({"secret": "x"}) == "a service principal's secret without client_id and tenant"
    with pytest.raises(
        OptionError, match=r"^secret: is not enough .*: client_id and tenant are missing; give the rest"
    ):
        refuse_incomplete({"secret": "x"})
    with pytest.raises(OptionError, match=r"^ad_user: .*: password is missing"):
        refuse_incomplete({"ad_user": "x"})


def test_nothing_is_refused_where_nothing_was_begun() -> None:
    refuse_incomplete({"client_id": "c", "tenant": "t"})
    assert shortcomings({"client_id": "c", "tenant": "t"}) == ""


@pytest.mark.parametrize("mark", [mark for kind in KINDS for mark in kind.marks])
def test_an_empty_mark_of_any_kind_is_refused_and_one_that_is_not_given_is_not(mark: str) -> None:
    with pytest.raises(OptionError, match=rf"^{mark}: is empty, so that nobody signs in with client_id; give it,"):
        refuse_empty({"client_id": "c", mark: ""})
    refuse_empty({"client_id": "c", "tenant": "", "account_key": "", mark: None})


def test_what_is_used_is_said_with_its_names_and_what_was_passed_over() -> None:
    assert (
        described("the account key", "the options", ["account_key"], [])
        == "the account key from the options (account_key)"
    )
    assert described("the Azure CLI", "this machine", [], ["the environment: no secret"]) == (
        "the Azure CLI from this machine; passed over: the environment: no secret"
    )
