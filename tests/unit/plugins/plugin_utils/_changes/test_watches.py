# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may write as `watch`, and what is refused in a sentence that names it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.watches import (
    ARGUMENTS,
    Watch,
    parse_interval,
    parse_watches,
)
from ansible_collections.batchops.azure.tests.support.asking import params_of, validate


def parsed(*watch: dict[str, Any], **options: Any) -> tuple[Watch, ...]:
    return parse_watches(params_of(ARGUMENTS, watch=list(watch), **options))


def refused(*watch: dict[str, Any]) -> str:
    with pytest.raises(OptionError) as error:
        parsed(*watch)
    return str(error.value)


def test_every_kind_has_a_name_that_says_what_it_is() -> None:
    watches = parsed(
        {"kind": "nodes", "pool_id": "pool-7", "filter": "state eq 'idle'"},
        {"kind": "preparation", "job_id": "job-7"},
        {"kind": "tasks", "job_ids": ["job-7", "job-8"]},
        {"kind": "jobs"},
        {"kind": "pools", "pool_ids": ["pool-7", "pool-8"]},
        {"kind": "gate", "checks": [{"check": "tasks", "job_id": "job-7"}]},
        {"kind": "gate", "name": "deployment", "checks": [{"check": "tasks", "job_id": "job-7"}]},
    )
    assert [watch.name for watch in watches] == [
        "nodes of pool-7 with state eq 'idle'",
        "preparation of job-7",
        *("tasks of job-7", "tasks of job-8"),
        "jobs",
        *("pools of pool-7", "pools of pool-8"),
        *("gate", "deployment"),
    ]
    assert [(watch.job_id, watch.pool_id) for watch in watches[:3]] == [
        (None, "pool-7"),
        ("job-7", None),
        ("job-7", None),
    ]


def test_each_of_several_is_read_for_itself_and_narrowly() -> None:
    one, other = parsed({"kind": "tasks", "job_ids": ["job-7", "JOB-7", "job-8"]}, page_size=100)
    assert (one.options.job_ids, other.options.job_ids) == (("job-7",), ("job-8",))
    assert not one.options.several
    assert one.options.page_size == 100
    assert one.options.select == ("stateTransitionTime", "nodeInfo")
    [jobs] = parsed({"kind": "jobs"})
    assert not jobs.options.task_counts


@pytest.mark.parametrize(
    ("watch", "sentence"),
    [
        ({"kind": "nodes"}, "watch: entry 1 of 1 (nodes): pool_id: is missing; give it or pool_ids"),
        ({"kind": "tasks"}, "watch: entry 1 of 1 (tasks): job_id: is missing; give it or job_ids"),
        ({"kind": "preparation"}, "watch: entry 1 of 1 (preparation): job_id: is missing; give it or job_ids"),
        ({"kind": "gate"}, "watch: entry 1 of 1 (gate): checks: is missing"),
        ({"kind": "pools", "job_id": "job-7"}, "watch: entry 1 of 1 (pools): job_id: means nothing for pools"),
        ({"kind": "jobs", "checks": []}, "watch: entry 1 of 1 (jobs): checks: means nothing for jobs"),
        ({"kind": "jobs", "name": "mine"}, "watch: entry 1 of 1 (mine): name: means nothing for jobs"),
        ({"kind": "gate", "checks": [], "filter": "x"}, "watch: entry 1 of 1 (gate): filter: means nothing for gate"),
        (
            {"kind": "tasks", "job_id": "a", "job_ids": ["b"]},
            "watch: entry 1 of 1 (tasks): job_id: cannot go with job_ids",
        ),
        ({"kind": "tasks", "job_ids": []}, "watch: entry 1 of 1 (tasks): job_ids: is an empty list"),
        ({"kind": "tasks", "job_id": "a/b"}, "watch: entry 1 of 1 (tasks): job_id: 'a/b' is not an id"),
        ({"kind": "jobs", "job_id": "a", "filter": "x"}, "watch: entry 1 of 1 (jobs): filter: applies to a list"),
        ({"kind": "gate", "checks": []}, "watch: entry 1 of 1 (gate): checks: is an empty list"),
        (
            {"kind": "gate", "checks": [{"check": "tasks"}]},
            "watch: entry 1 of 1 (gate): checks: check 1 of 1 (tasks): a check of tasks needs job_id",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(watch: dict[str, Any], sentence: str) -> None:
    assert refused(watch).startswith(sentence)


def test_what_is_watched_twice_is_refused() -> None:
    assert refused({"kind": "jobs"}, {"kind": "jobs"}).startswith("watch: 'jobs' is there twice")
    twice = ({"kind": "nodes", "pool_ids": ["a", "b"]}, {"kind": "nodes", "pool_id": "B"})
    assert len(parsed(*twice[:1])) == 2
    assert refused(*twice).startswith("watch: 'nodes of B' is there twice")


def test_a_list_that_is_empty_is_refused() -> None:
    assert refused() == "watch: is an empty list; nothing would ever be told"


def test_kinds_are_those_of_the_list() -> None:
    wrong = validate(ARGUMENTS, watch=[{"kind": "files"}])
    assert "value of kind must be one of: nodes, preparation, tasks, jobs, pools, gate" in wrong.error_messages[0]
    assert "missing required arguments: watch" in validate(ARGUMENTS).error_messages[0]


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf"), 10_000_000])
def test_an_interval_is_a_number_of_seconds(interval: float) -> None:
    with pytest.raises(OptionError, match="give a number of seconds above 0"):
        parse_interval({"interval": interval})


def test_an_interval_is_half_a_minute() -> None:
    assert parse_interval(params_of(ARGUMENTS, watch=[{"kind": "jobs"}])) == 30
