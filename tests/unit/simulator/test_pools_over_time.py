# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pools that are resized, upgraded and supported for some time only."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.tests.simulator import ScenarioError, load_scenario
from ansible_collections.batchops.azure.tests.simulator.wire.versions import VERSIONS
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import Asking, Play, refusal

START = "2026-01-31T08:00:00Z"
GALLERY = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/render"


def account(**pool: Any) -> dict[str, Any]:
    """Return an account with one pool."""
    return {"start": START, "pools": [{"id": "p", **pool}]}


def told(asking: Asking, now: float, query: str = "") -> list[tuple[str, str | None]]:
    """Return the state of each node and the version that it tells."""
    asking.simulator.clock.set(now)
    nodes = asking.items("/pools/p/nodes", query)
    return [(node["state"], node["virtualMachineInfo"]["imageReference"].get("exactVersion")) for node in nodes]


UPGRADED = account(
    nodes={
        "id": "n-{n}",
        "count": 3,
        "image_version": "1.0",
        "upgrades": [{"starts_at": {"from": 10, "step": 5}, "takes": 5, "version": "2.0"}],
    }
)


def test_nodes_get_another_version_one_after_the_other(play: Play) -> None:
    asking = play(UPGRADED)
    assert told(asking, 0) == [("idle", "1.0")] * 3
    assert told(asking, 12) == [("upgradingos", "1.0"), ("idle", "1.0"), ("idle", "1.0")]
    assert told(asking, 17) == [("idle", "2.0"), ("upgradingos", "1.0"), ("idle", "1.0")]
    assert told(asking, 25) == [("idle", "2.0")] * 3


def test_a_node_can_go_back_and_say_reimaging_for_it(play: Play) -> None:
    upgrades = [
        {"starts_at": 10, "version": "2.0"},
        {"starts_at": 30, "takes": 10, "version": "1.0", "state": "reimaging"},
    ]
    asking = play(account(nodes={"id": "n", "image_version": "1.0", "upgrades": upgrades}))
    seen = [told(asking, now)[0] for now in (12, 15, 35, 40)]
    assert seen == [("upgradingos", "1.0"), ("idle", "2.0"), ("reimaging", "2.0"), ("idle", "1.0")]


def test_the_start_task_runs_again_after_an_upgrade(play: Play) -> None:
    upgrade = {"starts_at": 20, "takes": 10, "version": "2.0"}
    asking = play(account(start_task={}, nodes={"id": "n", "upgrades": upgrade}))
    times = []
    for now, state in ((10, "idle"), (25, "upgradingos"), (29, "waitingforstarttask"), (31, "idle")):
        asking.simulator.clock.set(now)
        node = asking.json("/pools/p/nodes/n")
        assert node["state"] == state
        times.append(node["startTaskInfo"]["startTime"])
    assert times == ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00Z", "2026-01-31T08:00:28Z", "2026-01-31T08:00:28Z"]
    assert node["lastBootTime"] == "2026-01-31T08:00:20Z"


@pytest.mark.parametrize("version", VERSIONS)
def test_old_versions_know_no_image_of_a_node(play: Play, version: str) -> None:
    asking = play(UPGRADED)
    node = asking.json("/pools/p/nodes/n-1", f"api-version={version}")
    assert ("virtualMachineInfo" in node) is (version >= "2021-06-01.14.0")


def test_most_nodes_say_latest_and_one_may_say_nothing(play: Play) -> None:
    asking = play(account(nodes={"id": "n-{n}", "count": 2, "overrides": {2: {"wire": {"virtualMachineInfo": None}}}}))
    first, second = asking.items("/pools/p/nodes")
    assert first["virtualMachineInfo"]["imageReference"]["exactVersion"] == "latest"
    assert "virtualMachineInfo" not in second


def test_an_image_of_a_gallery_has_its_version_in_its_id(play: Play) -> None:
    nodes = {"id": "n-{n}", "count": 2, "overrides": {1: {"image_version": "1.2.0"}}}
    for pinned in ("", "/versions/1.1.0"):
        asking = play(account(image={"virtual_machine_image_id": GALLERY + pinned}, nodes=nodes))
        pool = asking.json("/pools/p")["virtualMachineConfiguration"]["imageReference"]
        assert pool == {"virtualMachineImageId": GALLERY + pinned}
        references = [node["virtualMachineInfo"]["imageReference"] for node in asking.items("/pools/p/nodes")]
        assert [list(reference.values()) for reference in references] == [
            [f"{GALLERY}/versions/1.2.0"],
            [GALLERY + pinned],
        ]


@pytest.mark.parametrize("kind", ["shared_gallery_image_id", "community_gallery_image_id"])
def test_ids_of_other_galleries_came_later(play: Play, kind: str) -> None:
    asking = play(account(image={kind: "/x"}, nodes={"id": "n"}))
    for version in ("2024-02-01.19.0", "2024-07-01.20.0"):
        query, known = f"api-version={version}", version >= "2024-07"
        pool = asking.json("/pools/p", query)["virtualMachineConfiguration"]["imageReference"]
        node = asking.json("/pools/p/nodes/n", query)["virtualMachineInfo"]["imageReference"]
        assert (len(pool), len(node)) == ((1, 1) if known else (0, 0))


def test_a_resize_error_stays_until_the_next_resize(play: Play) -> None:
    allocation = [{"at": -60, "state": "resizing"}, {"at": -30, "state": "steady"}, {"at": 20, "state": "resizing"}]
    asking = play(
        account(
            nodes={"id": "n", "appears_at": 5},
            created_at=-60,
            allocation=[*allocation, {"at": 30, "state": "steady"}],
            target_dedicated_nodes=[{"at": -60, "value": 1}, {"at": 20, "value": 2}],
            resize_errors={"at": -30, "code": "AllocationTimedout"},
        )
    )
    seen = []
    for now in (0, 10, 20, 40):
        asking.simulator.clock.set(now)
        pool = asking.json("/pools/p")
        seen.append((pool["currentDedicatedNodes"], pool["targetDedicatedNodes"], "resizeErrors" in pool))
    assert seen == [(0, 1, True), (1, 1, True), (1, 2, False), (1, 2, False)]


def test_a_resize_that_was_stopped_says_so_when_it_is_steady(play: Play) -> None:
    pool = play("pool_troubles").json("/pools/stopped-resize")
    assert (pool["allocationState"], pool["enableAutoScale"]) == ("steady", False)
    assert pool["currentDedicatedNodes"] < pool["targetDedicatedNodes"]
    assert [error["code"] for error in pool["resizeErrors"]] == ["ResizeStopped"]


def sizes(pool: dict[str, Any]) -> tuple[int, int, int, int]:
    """Return how many nodes a pool has and wants, dedicated ones and Spot nodes."""
    dedicated = pool["currentDedicatedNodes"], pool["targetDedicatedNodes"]
    return *dedicated, pool["currentLowPriorityNodes"], pool["targetLowPriorityNodes"]


def test_each_pool_in_trouble_has_its_own(play: Play) -> None:
    asking = play("pool_troubles")
    pools = {pool["id"]: pool for pool in asking.items("/pools")}
    assert {name: sizes(pool) for name, pool in pools.items() if sizes(pool)[0::2] != sizes(pool)[1::2]} == {
        "short-of-quota": (3, 5, 0, 0),
        "stopped-resize": (1, 4, 0, 0),
        "stopped-shrinking": (3, 1, 0, 0),
        "short-of-spot": (1, 1, 2, 4),
        "stopped-spot": (0, 0, 0, 3),
        "deleting": (1, 0, -1, 0),
        "resizing": (2, 4, 0, 0),
    }
    assert sizes(pools["wants-none"]) == (0, 0, 0, 0)
    assert [name for name, pool in pools.items() if "error" in pool.get("autoScaleRun", {})] == ["wrong-formula"]
    assert [name for name, pool in pools.items() if pool["allocationState"] != "steady"] == ["deleting", "resizing"]
    listed = [image["imageReference"] for image in asking.items("/supportedimages")]
    images = {name: pool["virtualMachineConfiguration"]["imageReference"] for name, pool in pools.items()}
    assert [name for name, image in images.items() if image not in listed] == ["image-not-listed"]
    counts = {count["poolId"]: count["dedicated"] for count in asking.items("/nodecounts")}
    assert {name: count["startTaskFailed"] for name, count in counts.items() if count["startTaskFailed"]} == {
        "broken-start-tasks": 2
    }


def test_a_spot_node_that_was_preempted_still_counts(play: Play) -> None:
    asking = play("pool_troubles")
    asking.simulator.clock.set(45)
    assert sizes(asking.json("/pools/short-of-spot"))[2:] == (3, 4)
    (counts,) = asking.items("/nodecounts", "$filter=poolId%20eq%20'short-of-spot'")
    assert (counts["lowPriority"]["preempted"], counts["lowPriority"]["total"]) == (1, 3)


def test_a_pool_that_was_deleted_is_gone(play: Play) -> None:
    asking = play("pool_troubles")
    assert asking.json("/pools/deleting")["state"] == "deleting"
    asking.simulator.clock.set(90)
    assert refusal(asking.get("/pools/deleting"))[1] == "PoolNotFound"


def test_the_upgrade_goes_as_its_description_says(play: Play) -> None:
    asking = play("upgrade_pool")
    seen = []
    for now in (0, 25, 45):
        asking.simulator.clock.set(now)
        new = [node["state"] for node in asking.items("/pools/pool-8/nodes")]
        busy = [node["runningTasksCount"] for node in asking.items("/pools/pool-7/nodes")]
        jobs = {job["id"]: (job["state"], job["executionInfo"]["poolId"]) for job in asking.items("/jobs")}
        seen.append((new, sum(busy), jobs["render"], jobs["export"]))
    assert seen == [
        ([], 2, ("active", "pool-7"), ("active", "pool-7")),
        (["idle"] * 4, 5, ("active", "pool-7"), ("active", "pool-7")),
        (["running"] * 4, 0, ("active", "pool-8"), ("completed", "pool-7")),
    ]
    pool = asking.json("/pools/pool-8")
    assert (sizes(pool), pool["allocationState"]) == ((4, 4, 0, 0), "steady")


def test_a_formula_is_evaluated_again_and_again(play: Play) -> None:
    wrong = {"code": "InvalidFormula", "message": "no such variable"}
    runs = [{"at": 10, "results": "$TargetDedicatedNodes=1"}, {"at": 20, "error": wrong}]
    asking = play(account(autoscale={"runs": runs, "every": 30}))
    assert "autoScaleRun" not in asking.json("/pools/p")
    seen = []
    for now in (10, 19, 20, 49, 50, 111):
        asking.simulator.clock.set(now)
        run = asking.json("/pools/p")["autoScaleRun"]
        seen.append((run["timestamp"][14:19], run.get("error", {}).get("code")))
    assert seen == [
        ("00:10", None),
        ("00:10", None),
        ("00:20", "InvalidFormula"),
        ("00:20", "InvalidFormula"),
        ("00:50", "InvalidFormula"),
        ("01:50", "InvalidFormula"),
    ]


IMAGES = [
    {"publisher": "canonical", "offer": "ubuntu", "sku": "20_04", "support_ends": 60},
    {"publisher": "canonical", "offer": "ubuntu", "sku": "22_04", "support_ends": "2027-04-30T00:00:00Z"},
    {
        "publisher": "microsoft",
        "offer": "windows",
        "sku": "2022",
        "os_type": "windows",
        "node_agent": "batch.node.windows amd64",
        "verification": "unverified",
        "capabilities": ["DockerCompatible"],
    },
]


def test_supported_images_are_listed_with_their_end(play: Play) -> None:
    asking = play({"start": START, "supported_images": IMAGES, "paging": {"page_size": 2}})
    ends = {image["imageReference"]["sku"]: image.get("batchSupportEndOfLife") for image in asking.items(LISTED)}
    assert ends == {"20_04": "2026-04-01T08:00:00Z", "22_04": "2027-04-30T00:00:00Z", "2022": None}
    assert len(asking.pages(LISTED)) == 2
    windows = asking.items(LISTED)[2]
    assert windows["capabilities"] == ["DockerCompatible"]
    assert windows["nodeAgentSKUId"] == "batch.node.windows amd64"
    assert windows["imageReference"]["version"] == "latest"


LISTED = "/supportedimages"


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("osType eq 'windows'", ["2022"]),
        ("verificationType ne 'unverified'", ["20_04", "22_04"]),
        ("nodeAgentSKUId eq 'BATCH.node.ubuntu 22.04' and osType eq 'linux'", ["20_04", "22_04"]),
    ],
)
def test_supported_images_are_filtered(play: Play, text: str, skus: list[str]) -> None:
    found = play({"supported_images": IMAGES}).items(LISTED, f"$filter={text}".replace(" ", "%20"))
    assert [image["imageReference"]["sku"] for image in found] == skus


def test_supported_images_take_neither_selection_nor_other_filters(play: Play) -> None:
    asking = play({"supported_images": IMAGES})
    assert refusal(asking.get(LISTED, "$select=osType"))[:2] == (400, "UnsupportedQueryParameter")
    assert refusal(asking.get(LISTED, "$filter=batchSupportEndOfLife%20eq%20'x'"))[1] == "InvalidQueryParameterValue"
    assert refusal(asking.get(LISTED, "maxresults=0"))[1] == "InvalidQueryParameterValue"


def test_the_usual_images_are_supported_unless_a_scenario_says_otherwise(play: Play) -> None:
    asking = play(account())
    image = asking.json("/pools/p")["virtualMachineConfiguration"]["imageReference"]
    assert image in [supported["imageReference"] for supported in asking.items(LISTED)]
    assert play({"supported_images": []}).json(LISTED)["value"] == []


@pytest.mark.parametrize(
    ("scenario", "sentence"),
    [
        (account(image={"sku": "a", "virtual_machine_image_id": "/x"}), "pools[0].image names several images"),
        (account(nodes={"id": "n", "upgrades": {}}), "pools[0].nodes.upgrades.version is missing"),
        (
            account(nodes={"id": "n", "states": "idle", "upgrades": {"version": "2"}}),
            "pools[0].nodes has both states and upgrades",
        ),
        (account(autoscale={"every": 0}), "pools[0].autoscale.every must be more than 0"),
        (account(autoscale={"runs": [{}], "results": "x"}), "pools[0].autoscale has both runs and a single evaluation"),
        (account(autoscale={"runs": [{"at": 5}, {"at": 1}]}), "pools[0].autoscale.runs must be a list in order of"),
        ({"supported_images": [{"support_ends": "soon"}]}, "supported_images[0].support_ends must be days after"),
    ],
)
def test_what_does_not_go_together_is_named(scenario: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load_scenario(scenario)
    assert sentence in str(error.value)


def test_kept_pages_of_nodes_are_those_of_now(play: Play) -> None:
    """Pages are kept while no node changes: asked again at each moment, they are what a fresh account says then."""
    nodes = {
        "id": "n-{n}",
        "count": 4,
        "appears_at": {"from": 1, "step": 1},
        "ready_at": {"from": 6, "step": 1},
        "removed_at": [90, 30],
        "scheduling": [{"at": 0, "state": "enabled"}, {"at": 12, "state": "disabled"}],
        "upgrades": {"starts_at": 15, "takes": [4, 6], "version": "2.0"},
    }
    scenario = account(start_task={}, created_at=0, nodes=nodes)
    kept = play(scenario)
    for now in (0, 1.5, 3, 3, 5, 8, 8, 11, 12, 13, 16, 19, 20, 21, 40, 40, 95, 8):
        fresh = play(scenario)
        for asking in (kept, fresh):
            asking.simulator.clock.set(now)
        found, expected = (asking.get("/pools/p/nodes").text for asking in (kept, fresh))
        assert found.replace(kept.simulator.url, "") == expected.replace(fresh.simulator.url, ""), now


def test_a_node_with_tasks_is_shown_as_it_is_now(play: Play) -> None:
    jobs = {"id": "j", "pool": "p", "tasks": {"id": "t", "runs_at": 5, "takes": 5}}
    asking = play({**account(nodes={"id": "n"}), "jobs": jobs})
    assert [told(asking, now)[0][0] for now in (0, 6, 11)] == ["idle", "running", "idle"]


def test_very_many_pools_are_listed_with_as_many_nodes_as_they_have(play: Play) -> None:
    asking = play("many_pools")
    pools = asking.items("/pools", "$select=id,currentDedicatedNodes,targetDedicatedNodes")
    assert len(pools) == 1000
    short = [pool["id"] for pool in pools if pool["currentDedicatedNodes"] < pool["targetDedicatedNodes"]]
    assert len(short) == 20
    assert pools[-1]["currentDedicatedNodes"] == 10_000
    assert len(asking.ids("/pools/large/nodes", "$select=id")) == 10_000
    assert len(asking.json("/nodecounts")["value"]) == 10
