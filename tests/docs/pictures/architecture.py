# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws docs/images/architecture.svg: which file of the collection belongs where, and which way data flows.

    python -m ansible_collections.batchops.azure.tests.docs.pictures.architecture

A test compares BANDS with the files that there are, and the picture with what this draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT

IMAGE = PROJECT / "docs" / "images" / "architecture.svg"


@dataclass(frozen=True)
class Band:
    """One station on the way of the data: what it is, what it knows, and its files, all of one folder."""

    title: str
    words: str
    folder: str
    files: tuple[str, ...]
    colour: str = "#eaf1fb"


_ABOVE, _BESIDE = "#eef6ea", "#f6f1e4"
BANDS = (
    Band(
        "Playbooks",
        "take variables only",
        "playbooks",
        ("batch_status", "drain_pool", "gate_deployment", "wait_for_job_prep"),
        _ABOVE,
    ),
    Band("Roles", "wait, decide, and say why", "roles", ("gate", "wait_for_job_prep"), _ABOVE),
    Band(
        "Modules",
        "in a process of their own",
        "plugins/modules",
        ("batch_gate_info", "batch_job_info", "batch_job_prep_status_info", "batch_node_info", "batch_task_info"),
        _ABOVE,
    ),
    Band(
        "Action plugins",
        "the same, inside the controller",
        "plugins/plugin_utils",
        ("_same_place", "_in_controller", "_progress", "_counts", "_report"),
        _ABOVE,
    ),
    Band("Order of it all", "one place for all errors", "plugins/module_utils", ("_run", "_errors")),
    Band("Options", "become a question", "plugins/module_utils", ("_arguments", "_options", "_question", "_checks")),
    Band(
        "Where, and who",
        "endpoint and credential",
        "plugins/module_utils",
        (
            "_endpoint",
            "_credentials",
            "_credential_file",
            "_credential_kinds",
            "_entra",
            "_bearer",
            "_shared_key",
            "_sign_in_hint",
            "_ca_path",
        ),
    ),
    Band(
        "Client",
        "GET, pages, retries, time",
        "plugins/module_utils",
        (
            "_client",
            "_adapter",
            "_connecting",
            "_links",
            "_answer",
            "_refusal",
            "_breakage",
            "_backoff",
            "_deadline",
            "_within",
        ),
    ),
    Band(
        "Readers",
        "one for each resource, and the gate",
        "plugins/module_utils",
        (
            "_jobs",
            "_tasks",
            "_nodes",
            "_prep_status",
            "_gate",
            "_look",
            "_merge",
            "_task_counts",
            "_task_tally",
            "_subtasks",
            "_prep_tally",
        ),
    ),
    Band(
        "Judgement",
        "what the service's words mean",
        "plugins/module_utils",
        (
            "_verdict",
            "_job_verdict",
            "_job_prospects",
            "_task_verdict",
            "_subtask_verdict",
            "_node_verdict",
            "_prep_verdict",
            "_prep_scope",
            "_task_watch",
            "_prep_watch",
            "_task_nodes",
            "_job_state",
            "_pool_state",
            "_node_state",
            "_execution",
            "_capacity",
            "_dependencies",
        ),
    ),
    Band("Waiting", "looks again, until a verdict or the deadline", "plugins/module_utils", ("_wait",)),
    Band(
        "Result",
        "facts, masked, with the output of what failed",
        "plugins/module_utils",
        ("_facts", "_redact", "_query", "_expression", "_failures", "_output_tail", "_file_part"),
    ),
    Band(
        "Filters",
        "for what comes after",
        "plugins/filter",
        ("from_duration", "from_timestamp", "gate_report", "job_prep_report", "table", "to_duration"),
        _BESIDE,
    ),
)

_WIDTH, _LEFT, _TEXT, _RIGHT = 960, 20, 320, 940
_LINE, _PAD, _GAP = 26, 13, 16
_CHARACTER, _BLANK = 8.0, 22
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, sans-serif">\n'
    "<title>batchops.azure: which way data flows, from a playbook to its result</title>\n"
    '<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
)


def lines_of(files: tuple[str, ...]) -> list[list[str]]:
    """The names in lines that fit."""
    lines: list[list[str]] = [[]]
    room = float(_RIGHT - _TEXT)
    for name in files:
        width = len(name) * _CHARACTER + _BLANK
        if lines[-1] and width > room:
            lines.append([])
            room = float(_RIGHT - _TEXT)
        lines[-1].append(name)
        room -= width
    return lines


def _band(band: Band, top: int, height: int) -> Iterator[str]:
    yield f'<rect x="{_LEFT}" y="{top}" width="{_RIGHT - _LEFT}" height="{height}" rx="6" fill="{band.colour}" stroke="#8aa0bd"/>'
    middle = top + height / 2
    yield f'<text x="{_LEFT + 14}" y="{middle - 3:g}" font-size="16" font-weight="bold" fill="#1d2b3f">{escape(band.title)}</text>'
    yield f'<text x="{_LEFT + 14}" y="{middle + 15:g}" font-size="12" fill="#4a5a70">{escape(band.words)}</text>'
    lines = lines_of(band.files)
    start = middle - len(lines) * _LINE / 2 + 18
    for number, names in enumerate(lines):
        left = float(_TEXT + 20)
        for name in names:
            yield (
                f'<text x="{left:g}" y="{start + number * _LINE:g}" font-size="13" font-family="monospace"'
                f' textLength="{len(name) * _CHARACTER:g}" fill="#1d2b3f">{escape(name)}</text>'
            )
            left += len(name) * _CHARACTER + _BLANK


def draw() -> str:
    """The picture. The same bands give the same text."""
    parts: list[str] = []
    top = _GAP
    for number, band in enumerate(BANDS):
        height = max(len(lines_of(band.files)) * _LINE, 2 * 18) + _PAD
        if number:
            middle = _LEFT + 140
            parts.append(f'<path d="M{middle} {top - _GAP} v{_GAP - 7}" stroke="#5b6f8c" stroke-width="2"/>')
            parts.append(f'<path d="M{middle - 5} {top - 8} h10 l-5 8 z" fill="#5b6f8c"/>')
        parts += _band(band, top, height)
        top += height + _GAP
    return _HEAD.format(width=_WIDTH, height=top) + "\n".join(parts) + "\n</svg>\n"


def main() -> None:
    IMAGE.parent.mkdir(parents=True, exist_ok=True)
    IMAGE.write_text(draw(), encoding="utf-8")
    print(IMAGE.relative_to(PROJECT))


if __name__ == "__main__":
    main()
