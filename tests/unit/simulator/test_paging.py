# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages, and links that are to be requested as they stand."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from ansible_collections.batchops.azure.tests.simulator import load_scenario
from ansible_collections.batchops.azure.tests.simulator.service.asked import Asked
from ansible_collections.batchops.azure.tests.simulator.service.data_plane import DataPlane
from ansible_collections.batchops.azure.tests.simulator.world import World
from ansible_collections.batchops.azure.tests.unit.simulator.asking_simulator import VERSION, Asking, Play, refusal
from hypothesis import given
from hypothesis import strategies as st

TASKS = "/jobs/j/tasks"
PREP = "/jobs/j/jobpreparationandreleasetaskstatus"


def scenario(count: int = 25, **paging: Any) -> dict[str, Any]:
    return {
        "paging": paging,
        "pools": [{"id": "p", "nodes": {"count": 3, "id": "n-{n}"}}],
        "jobs": [
            {
                "id": "j",
                "pool": "p",
                "preparation": {"entries": {"count": count, "node": "n-{n}", "takes": 1}},
                "tasks": {"count": count, "id": "t-{n}", "runs_at": {"from": 0, "step": 1}, "takes": 5},
            }
        ],
    }


def link_of(asking: Asking, path: str, query: str) -> str:
    link: str = asking.json(path, query)["odata.nextLink"]
    return link


def test_a_link_looks_as_recorded(play: Play) -> None:
    asking = play(scenario())
    query = (
        f"api-version={VERSION}&maxresults=10&%24filter=startswith%28id%2C%27t%27%29&$select=id%2CexecutionInfo/result"
    )
    link = link_of(asking, TASKS, query)
    before, token = link.split("&$skiptoken=")
    assert before == (
        f"{asking.simulator.url}{TASKS}?api-version={VERSION}&maxresults=10"
        "&$filter=startswith(id,'t')&$select=id,executionInfo/result"
    )
    assert re.fullmatch(r"WATV2:[A-Za-z0-9/%=]+:1\$1", token)
    assert "/" in token and "=" in token and "%5E" in token and "%25" not in token


def test_blanks_in_a_link_are_percent_encoded(play: Play) -> None:
    link = link_of(play(scenario()), TASKS, "maxresults=2&$filter=id ne 'x'")
    assert "$filter=id%20ne%20'x'&" in link


def test_a_link_leads_on_until_there_is_none(play: Play) -> None:
    asking = play(scenario())
    pages = asking.pages(TASKS, "maxresults=10&$select=id")
    assert [len(page["value"]) for page in pages] == [10, 10, 5]
    assert asking.ids(TASKS, "maxresults=10") == [f"t-{n}" for n in range(1, 26)]
    assert "odata.nextLink" not in asking.json(TASKS, "maxresults=25")


def test_the_default_page_is_the_largest(play: Play) -> None:
    asking = play(scenario(1100))
    assert [len(page["value"]) for page in asking.pages(TASKS, "$select=id")] == [1000, 100]
    assert [len(page["value"]) for page in asking.pages(PREP, "$select=nodeId")] == [1000, 100]


def test_a_scenario_can_have_smaller_pages(play: Play) -> None:
    asking = play(scenario(page_size=7))
    assert [len(page["value"]) for page in asking.pages(TASKS, "maxresults=20")] == [7, 7, 7, 4]


@given(count=st.integers(0, 40), size=st.integers(1, 45))
def test_pages_hold_everything_once(count: int, size: int) -> None:
    plane = DataPlane(World(load_scenario(scenario(count))), OpenGate())
    query, found = f"api-version={VERSION}&maxresults={size}", []
    while query:
        answer = plane.answer(Asked("GET", TASKS, query, {}, "http://h", 0))
        page = json.loads(answer.body)
        found += [item["id"] for item in page["value"]]
        query = page.get("odata.nextLink", "?").split("?", 1)[1]
    assert found == [f"t-{n}" for n in range(1, count + 1)]


class OpenGate:
    """Lets everybody read."""

    def check(self, asked: Asked) -> None:
        """Refuse nobody."""


def spoilt(link: str) -> dict[str, str]:
    """Return ways in which clients spoil a link."""
    address, query = link.split("?")
    token = query.split("&$skiptoken=")[1]
    return {
        "encoded twice": f"{address}?{query.replace('%', '%25')}",
        "decoded plus": f"{address}?{query.replace('%5E', '+')}",
        "dropped filter": f"{address}?api-version={VERSION}&maxresults=2&$select=id&$skiptoken={token}",
        "dropped size": link.replace("&maxresults=2", ""),
        "other size": link.replace("maxresults=2", "maxresults=3"),
        "added select": link.replace("&$skiptoken", "&$expand=stats&$skiptoken"),
        "other version": link.replace(VERSION, "2024-07-01.20.0"),
        "other path": link.replace("/tasks?", "/jobpreparationandreleasetaskstatus?").replace(
            "&$filter=id%20ne%20'x'", ""
        ),
        "cut token": link[:-6],
        "changed token": link.replace("WATV2:", "WATV2:AAAA"),
        "number": f"{address}?{query.split('&$skiptoken=')[0]}&$skiptoken=2",
    }


@pytest.mark.parametrize("how", sorted(spoilt("http://h/tasks?a=1&$skiptoken=x")))
def test_a_spoilt_link_is_refused(play: Play, how: str) -> None:
    asking = play(scenario())
    link = link_of(asking, TASKS, "maxresults=2&$select=id&$filter=id ne 'x'")
    changed = spoilt(link)[how]
    assert changed != link
    assert refusal(asking.url(changed))[:2] == (400, "InvalidQueryParameterValue")
    assert asking.url(link).status_code == 200


def decoded_and_encoded_again(link: str) -> str:
    """Return a link as Microsoft's own client requests it."""
    parts = urlsplit(link)
    pairs = [part.split("=", 1) for part in parts.query.split("&")]
    query = "&".join(f"{name}={quote(unquote(value))}" for name, value in pairs)
    return parts._replace(query=query).geturl()


def test_the_same_link_in_other_letters_is_taken_unless_the_scenario_is_strict(play: Play) -> None:
    for verbatim, status in ((False, 200), (True, 400)):
        asking = play(scenario(verbatim=verbatim))
        link = link_of(asking, TASKS, "maxresults=10&$filter=id ne 'x'")
        changed = decoded_and_encoded_again(link)
        assert changed != link
        assert asking.url(changed).status_code == status
        assert asking.url(link).status_code == 200


def test_links_of_two_requests_cannot_be_exchanged(play: Play) -> None:
    asking = play(scenario())
    tokens = [link_of(asking, TASKS, f"maxresults={size}").split("$skiptoken=")[1] for size in (3, 4)]
    assert tokens[0] != tokens[1]
    answer = asking.get(TASKS, f"maxresults=3&$skiptoken={tokens[1]}")
    assert answer.status_code == 400


def test_filtered_pages_may_be_short_and_empty(play: Play) -> None:
    asking = play(scenario(filtered_pages="sparse", window=4))
    pages = asking.pages(TASKS, "$filter=startswith(id,'t-2')")
    assert [len(page["value"]) for page in pages] == [1, 0, 0, 0, 1, 4, 1]
    assert len(asking.pages(TASKS)) == 1


def test_a_filter_that_matches_nothing_on_the_rest_leads_to_an_empty_last_page(play: Play) -> None:
    asking = play(scenario())
    pages = asking.pages(TASKS, "maxresults=1&$filter=id eq 't-1'")
    assert [len(page["value"]) for page in pages] == [1, 0]


def test_the_link_of_the_preparation_status_may_change_its_path(play: Play) -> None:
    asking = play(scenario(prep_next_link="moved"))
    link = link_of(asking, PREP, "maxresults=10&$select=nodeId")
    assert urlsplit(link).path == "/jobs/j/jobpreparationandreleasestatus"
    assert len(asking.ids(PREP, "maxresults=10&$select=nodeId", "nodeId")) == 25
    assert asking.url(link.replace("releasestatus", "releasetaskstatus")).status_code == 400


def test_a_link_is_on_the_scheme_and_host_that_were_asked(play: Play) -> None:
    plain, secure = play(scenario()), play(scenario(), https=True)
    assert link_of(plain, TASKS, "maxresults=1").startswith(f"{plain.simulator.url}/jobs/j/tasks?")
    assert link_of(secure, TASKS, "maxresults=1").startswith(f"{secure.simulator.url}/jobs/j/tasks?")
    url = f"http://localhost:{plain.simulator.port}{TASKS}?api-version={VERSION}&maxresults=1"
    assert plain.url(url).json()["odata.nextLink"].startswith(f"http://localhost:{plain.simulator.port}/")


def test_pages_are_kept_until_something_in_them_changes(play: Play) -> None:
    asking = play(scenario())
    clock = asking.simulator.clock
    clock.set(10.5)

    def states(query: str) -> list[str]:
        return [item["state"] for item in asking.json(TASKS, query)["value"]]

    first = states("maxresults=5")
    assert first == ["completed"] * 5
    assert states("maxresults=15").count("running") == 5
    for now in (10.9, 11, 12.1, 3, 10.5):
        clock.set(now)
        running = [n for n in range(1, 26) if n - 1 <= now < n + 4]
        assert states("maxresults=25").count("running") == len(running)


def test_a_page_of_many_is_made_from_its_own_members_only() -> None:
    """A job of 100,000 tasks costs what is looked at: one page makes its tasks and the one after them."""
    world = World(load_scenario("large"))
    plane = DataPlane(world, OpenGate())
    tasks = world.scenario.jobs[0].tasks
    asked = Asked("GET", "/jobs/large-job/tasks", f"api-version={VERSION}&$select=id", {}, "http://h", 0)
    answer = plane.answer(asked)
    assert len(json.loads(answer.body)["value"]) == 1000
    # Of a long group the last member is made too, when the scenario is read, and a short group is made whole.
    assert tasks.made() == 1001 + 1 + 3
