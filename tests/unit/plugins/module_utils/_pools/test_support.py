# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Until when the service creates pools with an image: warned of, or judged in a gate."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Offender
from ansible_collections.batchops.azure.plugins.module_utils._pools.support import Support, earliest_ends, judge
from ansible_collections.batchops.azure.tests.support.asking import ask
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.loopback import Loopback, page, refusal
from ansible_collections.batchops.azure.tests.support.modules import GATE, POOLS
from ansible_collections.batchops.azure.tests.support.wire import Wire, node, pool

UBUNTU = {"publisher": "canonical", "offer": "ubuntuserver", "sku": "18.04-lts", "version": "latest"}
NAME = "image canonical:ubuntuserver:18.04-lts with batch.node.ubuntu 18.04"
AGENT = "batch.node.ubuntu 18.04"
NOW = datetime(2026, 11, 28, 12, tzinfo=timezone.utc)
UNKNOWN = "how long its image is supported is not known, because it is none of the Marketplace"
CUSTOM = {"imageReference": {"virtualMachineImageId": "/galleries/g/images/i"}, "nodeAgentSKUId": AGENT}


def listed(end: str | None = None, **more: Any) -> Wire:
    ends = {} if end is None else {"batchSupportEndOfLife": end}
    return {"imageReference": {**UBUNTU, **more}, "nodeAgentSKUId": AGENT, "osType": "linux", **ends}


def with_image(wire: Wire, agent: str = AGENT, **more: Any) -> Wire:
    machine = {"imageReference": {**UBUNTU, **more}, "nodeAgentSKUId": agent}
    return {**wire, "virtualMachineConfiguration": machine}


def in_days(days: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days, hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("end", "supported", "why"),
    [
        ("2027-02-26T12:00:00Z", True, ""),
        (
            "2027-02-26T11:59:59.9999999Z",
            False,
            f"the service stops creating pools with {NAME} on 2027-02-26, in 89 days, and 90 are asked for",
        ),
        (
            "2026-11-29T13:00:00Z",
            False,
            f"the service stops creating pools with {NAME} on 2026-11-29, in 1 day, and 90 are asked for",
        ),
        (
            "2026-11-28T12:00:00Z",
            False,
            f"the service stops creating pools with {NAME} on 2026-11-28, in 0 days, and 90 are asked for",
        ),
        ("2026-11-28T11:59:59Z", False, f"the service creates no more pools with {NAME} since 2026-11-28"),
        ("next year", None, f"it is not understood when the support of {NAME} ends: next year"),
        (
            "2027-02-26T12:00:00+02:00",
            None,
            f"it is not understood when the support of {NAME} ends: 2027-02-26T12:00:00+02:00",
        ),
        ("2027-13-45T00:00:00Z", None, f"it is not understood when the support of {NAME} ends: 2027-13-45T00:00:00Z"),
        (None, True, ""),
    ],
)
def test_an_image_that_is_listed_is_judged_by_its_end(end: str | None, supported: bool | None, why: str) -> None:
    found = judge(with_image(pool(1)), earliest_ends([listed(end)]), 90, NOW)
    assert (found.listed, found.supported, found.why, found.end) == (True, supported, why, end)


@pytest.mark.parametrize(
    ("wire", "known"),
    [
        (with_image(pool(1), sku="20_04-lts"), False),
        (with_image(pool(1), agent="batch.node.centos 7"), False),
        (with_image(pool(1), publisher="Canonical", sku="18.04-LTS", agent="Batch.Node.Ubuntu 18.04"), True),
        (with_image(pool(1), agent=""), False),
        (with_image(pool(1), sku=""), None),
        ({**pool(1), "virtualMachineConfiguration": CUSTOM}, None),
        ({**pool(1), "cloudServiceConfiguration": {"osFamily": "6"}}, None),
        (pool(1), None),
    ],
    ids=str,
)
def test_an_image_is_known_by_its_names_and_its_agent_in_any_case(wire: Wire, known: bool | None) -> None:
    assert judge(wire, earliest_ends([listed()]), 90, NOW).listed is known
    # Of none at all it is not said that one is listed.
    assert judge(wire, {}, 90, NOW).listed is (known and False)


def test_of_several_entries_the_one_that_ends_first_counts() -> None:
    late, soon = "2028-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
    for ends in ([None, late, soon], [soon, late, None], [late, None, soon]):
        assert list(earliest_ends(map(listed, ends)).values()) == [soon]


@pytest.mark.parametrize("strange", ["soon", "", 20270101, "0000"])
def test_an_end_that_is_not_understood_is_not_forgotten_for_one_that_is(strange: Any) -> None:
    late = "2999-01-01T00:00:00Z"
    for ends in ([late, strange], [strange, late], [None, strange]):
        found = judge(
            with_image(pool(1)), earliest_ends([{**listed(), "batchSupportEndOfLife": end} for end in ends]), 90, NOW
        )
        assert (found.listed, found.supported, found.pending) == (True, None, True)


def test_no_number_of_days_is_too_large() -> None:
    ends = earliest_ends([listed("2999-01-01T00:00:00Z")])
    for days in (999_999_999, 10**9, 10**30):
        assert judge(with_image(pool(1)), ends, days, NOW).supported is False


@pytest.fixture
def account(service: Loopback) -> Loopback:
    """Two pools whose image ends in 30 days, one whose image does not, one that is not listed, and a custom one."""
    pools = [
        with_image(pool(1, id="old-1")),
        with_image(pool(1, id="old-2")),
        with_image(pool(1, id="new"), sku="24_04-lts"),
        with_image(pool(1, id="odd"), sku="test"),
        {**pool(1, id="own"), "virtualMachineConfiguration": CUSTOM},
    ]
    link = f"{service.url}/supportedimages?$skiptoken=1"
    service.say("/supportedimages", page(listed(in_days(30)), link=link), page(listed(sku="24_04-lts")))
    service.say("/pools", page(*pools))
    for wire in pools:
        service.say(f"/pools/{wire['id']}", wire)
        service.say(f"/pools/{wire['id']}/nodes", page(node("a")))
    return service


def test_a_read_warns_once_for_all_pools_of_an_image(account: Loopback) -> None:
    day = in_days(30)[:10]
    assert ask(account, POOLS, image_supported_for=90)["warnings"] == [
        f"pools old-1, old-2: the service stops creating pools with {NAME} on {day}, in 30 days, and 90 are asked for",
        "pool odd: image canonical:ubuntuserver:test with batch.node.ubuntu 18.04"
        " is not among the images that the service lists as supported",
    ]


def test_the_facts_tell_what_is_known(account: Loopback) -> None:
    result = ask(account, POOLS, image_supported_for=90)
    support = {fact["id"]: tuple(fact["image_support"].values()) for fact in result["pools"]}
    end = support["old-1"][1]
    assert support == {
        "old-1": (True, end, False),
        "old-2": (True, end, False),
        "new": (True, None, True),
        "odd": (False, None, None),
        "own": (None, None, None),
    }
    assert list(result["pools"][0]["image_support"]) == ["listed", "batch_support_end_of_life", "supported"]


def test_where_all_is_well_there_is_no_warning(account: Loopback) -> None:
    assert "warnings" not in ask(account, POOLS, pool_ids=["old-1", "new", "own"], image_supported_for=30)


def test_without_the_option_nobody_asks(account: Loopback) -> None:
    result = ask(account, POOLS)
    assert "image_support" not in result["pools"][0]
    assert account.paths == ["/pools"]


def test_a_warning_of_a_query_comes_after_it(account: Loopback) -> None:
    account.say("/pools/odd", with_image(pool(1, id="odd", userAccounts=[{"name": "u", "password": "p"}]), sku="test"))
    warnings = ask(account, POOLS, pool_id="odd", image_supported_for=1, query="pools[].user_accounts")["warnings"]
    assert [warning[:9] for warning in warnings] == ["pool odd:", "query: it"]


def test_a_condition_is_not_lost_by_it(account: Loopback) -> None:
    result = ask(account, POOLS, pool_id="old-1", image_supported_for=90, condition="sound")
    assert (result["verdict"], len(result["warnings"])) == ("satisfied", 1)


@pytest.mark.parametrize(
    ("pool_id", "verdict", "told"),
    [
        ("old-1", "failed", "reasons"),
        ("new", "satisfied", None),
        ("odd", "satisfied", "tolerated"),
        ("own", "satisfied", "tolerated"),
    ],
)
def test_a_gate_fails_where_an_image_ends_and_tells_what_is_not_known(
    account: Loopback, pool_id: str, verdict: str, told: str | None
) -> None:
    result = ask(account, GATE, checks=[{"check": "pools", "pool_id": pool_id, "image_supported_for": 90}])
    assert result["verdict"] == verdict
    assert "warnings" not in result
    for name in ("reasons", "tolerated"):
        assert bool(result["checks"][0][name]) is (name == told)
    if pool_id == "own":
        assert result["tolerated"] == [f"pool own: {UNKNOWN}"]


def test_a_gate_waits_where_an_end_is_not_understood(account: Loopback) -> None:
    account.say("/supportedimages", page(listed("soon")))
    result = ask(account, GATE, checks=[{"check": "pools", "pool_id": "old-1", "image_supported_for": 90}])
    assert result["verdict"] == "pending"


@pytest.mark.parametrize("end", ["2026-11-27T00:00:00Z", "soon"])
def test_the_pool_is_accused_of_its_image(end: str) -> None:
    found = judge(with_image(pool(1)), earliest_ends([listed(end)]), 90, NOW)
    judgement = Support({"pool-1": found}).judgement()
    (reason,) = judgement.failed + judgement.missing
    assert reason.offenders == (Offender("pool", reason.sentence, pool_id="pool-1"),)


def test_a_service_that_lists_no_image_at_all_says_nothing_of_any(account: Loopback) -> None:
    account.say("/supportedimages", page(), page(listed(sku="24_04-lts")))
    checks = [{"check": "pools", "pool_id": "new", "image_supported_for": 90}]
    result = ask(account, GATE, DrivenClock(), checks=checks, wait=True)
    assert (result["verdict"], result["polls"]) == ("satisfied", 2)
    account.say("/supportedimages", page())
    result = ask(account, GATE, checks=checks)
    assert (result["verdict"], result.get("tolerated", [])) == ("pending", [])
    assert result["reasons"] == [
        "pool new: image canonical:ubuntuserver:24_04-lts with batch.node.ubuntu 18.04 is not among the images that the"
        " service lists as supported, and it lists none"
    ]


def test_a_pool_that_is_broken_and_ends_is_named_once_with_both(account: Loopback) -> None:
    account.say("/pools/old-1", with_image(pool(1, 2, id="old-1", resizeErrors=[{"code": "Q", "message": "m"}])))
    result = ask(account, GATE, checks=[{"check": "pools", "pool_id": "old-1", "image_supported_for": 90}])
    (reason,) = result["reasons"]
    assert "it stopped resizing, Q: m" in reason
    assert "the service stops creating pools" in reason


def test_the_list_is_read_once_in_a_wait(account: Loopback) -> None:
    account.say(
        "/pools/new",
        with_image(pool(0, 1, "resizing", id="new"), sku="24_04-lts"),
        with_image(pool(1, id="new"), sku="24_04-lts"),
    )
    ask(account, POOLS, DrivenClock(), pool_id="new", condition="resized", image_supported_for=90, wait=True)
    assert len(account.asked("/supportedimages")) == 2
    assert len(account.asked("/pools/new")) == 2


def test_a_list_that_is_refused_is_an_error(account: Loopback) -> None:
    account.say("/supportedimages", refusal(403, "InsufficientAccountPermissions"))
    with pytest.raises(ServiceError, match="InsufficientAccountPermissions"):
        ask(account, POOLS, image_supported_for=90)
