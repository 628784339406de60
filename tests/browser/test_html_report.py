# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report in a real browser: what a person would see, at three sizes and on two screens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.filter.html_report import html_report
from ansible_collections.batchops.azure.tests.support.chromium import NAMES, Chromium, axe, find_chromium
from ansible_collections.batchops.azure.tests.support.drawn_facts import READ_AT, account, node, prepared, ran, task

# The session `browser` of ./dev check says that there must be one.
_PROGRAM, _WANTED = find_chromium(), bool(os.environ.get("BATCHOPS_BROWSER"))
pytestmark = pytest.mark.skipif(
    _PROGRAM is None and not _WANTED,
    reason=f"there is no browser here, none of {', '.join(NAMES)}; ./dev check -s browser installs one where it may",
)

SIZES = {12: 24, 1_000: 10_000, 10_000: 100_000}
# A desktop, and a phone as wide as Chromium without a window makes it.
WIDTHS = {"desktop": 1_280, "phone": 500}
PHONE = 360


def judged() -> dict[str, Any]:
    """A refusal with something in each part of the page."""
    failure = {"kind": "preparation", "job_id": "job-7", "task_id": None, "pool_id": "pool-7", "node_id": "tvm-97"}
    said = "tvm-97: preparation failed, exit code 1 (FailureExitCode) [preparation of job-7]"
    tails = {"stderr_tail": f"mount error(13)\n{'a-very-long-line-' * 40}\n", "stdout_tail": "", "tail_error": None}
    summary = {"by_state": {"completed": 24, "running": 1}, "failed": 1}
    check = {"name": "tasks of job-7", "condition": "succeeded", "verdict": "failed", "summary": summary}
    return {
        "verdict": "failed",
        "message": "The gate is closed: 1 of 1 checks can no longer be satisfied.",
        "reasons": [said],
        "tolerated": ["tvm-194: preparation failed"],
        "checks": [check, {**check, "verdict": "pending"}, {**check, "verdict": "satisfied"}],
        "failures": [{**failure, "sentence": said, "blocks": 3, **tails}],
    }


def every_kind() -> list[dict[str, Any]]:
    """A few nodes with bars of all outcomes and cells of all states."""
    states = ["idle", "running", "offline", "starting", "unusable", "starttaskfailed", "dreaming"]
    nodes = [node(f"tvm-{number}", state) for number, state in enumerate(states)]
    ends = [ran(10, 20), ran(10, 20, "failure"), ran(10, 20, "triumph"), ran(10, None)]
    tasks = [
        task(number, f"tvm-{number}", info, "running" if "end_time" not in info else "completed")
        for number, info in enumerate(ends)
    ]
    errors = {
        "pool-7": {"pool_state": "active", "resize_errors": ["AccountCoreQuotaReached: " + "no_more_cores_" * 20]}
    }
    released = [prepared("tvm-1", ran(1, 9), ran(21, 30))]
    return [
        {"tasks": [*tasks, task(9, None, {}, "active")]},
        {"nodes": nodes},
        {"nodes": released},
        {"by_pool": errors},
    ]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    found = {
        str(nodes): html_report(judged(), account(nodes, tasks), read_at=READ_AT) for nodes, tasks in SIZES.items()
    }
    return {**found, "every kind": html_report(judged(), every_kind(), read_at="2026-01-31T08:01:00Z")}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    assert _PROGRAM is not None, "there must be a browser here"
    yield Chromium(_PROGRAM, tmp_path)


@pytest.mark.parametrize("name", [*map(str, SIZES), "every kind"])
@pytest.mark.parametrize("screen", WIDTHS)
def test_it_opens_without_a_word_on_the_console(
    name: str, screen: str, pages: dict[str, str], browser: Chromium
) -> None:
    assert browser.console(pages[name], WIDTHS[screen]) == []
    # That words would be seen.
    script = "<script>console.error('seen')</script>"
    assert browser.console(f"{pages[name]}{script}", WIDTHS[screen]) != []


# Also as narrow as a window cannot be made: the page in a frame of that width.
_OVERFLOW = """
const frame = document.createElement("iframe");
frame.style.cssText = "border:0;height:900px;width:%dpx";
frame.srcdoc = document.documentElement.outerHTML.replace(/<script>[^]*?<\\/script>/g, "");
document.body.replaceChildren(frame);
await new Promise(done => frame.onload = done);
const inside = frame.contentDocument, width = inside.documentElement.clientWidth;
inside.querySelectorAll("details").forEach((one, number) => one.open = number < 50);
const out = [...inside.querySelectorAll("body *")].filter(one =>
  one.getBoundingClientRect().right > width + 1 && !one.closest(".wide, pre") && !one.closest("svg"));
return {wide: inside.documentElement.scrollWidth - width, width, out: out.slice(0, 5).map(one => one.outerHTML.slice(0, 120))};
"""


@pytest.mark.parametrize("name", [*map(str, SIZES), "every kind"])
@pytest.mark.parametrize("width", [PHONE, 1_280])
def test_nothing_is_wider_than_the_screen(name: str, width: int, pages: dict[str, str], browser: Chromium) -> None:
    told = browser.ask(pages[name], _OVERFLOW % width, 1_300)
    assert told == {"wide": 0, "width": width, "out": []}


_BARS = """
const bars = [...document.querySelectorAll(".timeline .b")];
const seen = bars.filter(bar => { const box = bar.getBoundingClientRect(); return box.width >= 1 && box.height >= 1; });
const untold = bars.filter(bar => !bar.querySelector("title")?.textContent);
const chart = document.querySelector(".timeline .chart").getBoundingClientRect();
const outside = bars.filter(bar => bar.getBoundingClientRect().right > chart.right + 1);
const cells = [...document.querySelectorAll(".cells i")].filter(cell => cell.getBoundingClientRect().width >= 4);
return {bars: bars.length, seen: seen.length, untold: untold.length, outside: outside.length, cells: cells.length,
        rows: document.querySelectorAll("details.row").length};
"""


@pytest.mark.parametrize("nodes", SIZES)
@pytest.mark.parametrize("screen", WIDTHS)
def test_every_bar_and_every_node_is_seen(nodes: int, screen: str, pages: dict[str, str], browser: Chromium) -> None:
    told = browser.ask(pages[str(nodes)], _BARS, WIDTHS[screen])
    assert told["cells"] == nodes
    assert (told["seen"], told["untold"], told["outside"]) == (told["bars"], 0, 0)
    if nodes == 12:
        # Of the job what succeeded and what runs, each after a wait; then all that ran.
        assert (told["rows"], told["bars"]) == (13, 4 + 12 + 12 + 24)
    else:
        # The job, the nodes where something failed as far as there is room, and the slowest that are not among them.
        failed = min(150, nodes // 97 + nodes // 1_000)
        assert 1 + failed < told["rows"] <= 1 + failed + 20
        drawn = pages[str(nodes)].partition('<div class="timeline"')[2]
        assert told["bars"] == drawn.count('<rect class="b ') > 100


_ON_PAPER = """
const box = one => { const {left, right} = document.querySelector(one).getBoundingClientRect(); return [left, right].map(Math.round); };
const display = one => getComputedStyle(document.querySelector(one)).display;
return {repeated: display(".timeline .top"), hint: display(".hint .screen"), axis: box(".axis > div"), chart: box(".row .chart")};
"""


def test_on_paper_each_page_of_the_timeline_has_the_axis(pages: dict[str, str], browser: Chromium) -> None:
    assert pages["12"].count("@media print") == 1
    told = browser.ask(pages["12"].replace("@media print", "@media all"), _ON_PAPER, 740)
    # A browser prints the head of a table again on each page.
    assert (told["repeated"], told["hint"]) == ("table-header-group", "none")
    assert told["axis"] == told["chart"]


_AXE = """
const found = await axe.run(document, {resultTypes: ["violations"]});
return found.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary]);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["12", "every kind"])
def test_anybody_can_read_it(name: str, scheme: str, pages: dict[str, str], browser: Chromium) -> None:
    """The rules of axe-core, contrast among them."""
    source = axe()
    assert source is not None
    flags = [f"--blink-settings=preferredColorScheme={['dark', 'light'].index(scheme)}"]
    is_dark = "return matchMedia('(prefers-color-scheme: dark)').matches"
    assert browser.ask(pages[name], is_dark, 1_280, *flags) is (scheme == "dark")
    assert browser.ask(pages[name], _AXE, 1_280, *flags, script=source) == []


def test_contrast_is_really_looked_at(pages: dict[str, str], browser: Chromium) -> None:
    source = axe()
    assert source is not None
    pale = pages["12"].replace("--soft: #566070", "--soft: #c8c8c8")
    assert "color-contrast" in [rule for rule, *_rest in browser.ask(pale, _AXE, 1_280, script=source)]


_PATTERNS = """
const fills = {};
for (const css of ["ok", "bad", "run", "wait", "odd"]) {
  const bar = document.querySelector(`.timeline .b.${css}`);
  fills[css] = bar && getComputedStyle(bar).fill.replace(/\\"/g, "");
}
return fills;
"""


def test_outcomes_differ_by_pattern_and_not_by_colour_only(pages: dict[str, str], browser: Chromium) -> None:
    fills = browser.ask(pages["every kind"], _PATTERNS, 1_280)
    assert fills.pop("ok").startswith("rgb")
    assert fills == {"bad": "url(#bad)", "run": "url(#run)", "wait": "url(#wait)", "odd": "url(#odd)"}


def test_what_hostile_words_ask_for_does_not_happen(browser: Chromium) -> None:
    attack = (
        "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>\"'><svg onload=alert(1)>"
    )
    listed = [node(f"tvm-{attack}", attack, errors=[{"code": attack, "message": attack}])]
    hostile = {**judged(), "message": attack, "reasons": [attack]}
    hostile["failures"] = [{**hostile["failures"][0], "sentence": attack, "stderr_tail": attack}]
    page = html_report(
        hostile, [{"nodes": listed}, {"tasks": [task(1, attack, ran(1, 2), job_id=attack)]}], title="mine"
    )
    told = browser.ask(page, "return {title: document.title, images: document.images.length}", 1_280)
    assert told == {"title": "mine: failed", "images": 0}
