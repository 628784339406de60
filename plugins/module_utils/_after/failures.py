# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has failed, as facts, with the last lines that it wrote: the option `diagnostics`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._after.output import Execution, tails
from ansible_collections.batchops.azure.plugins.module_utils._after.ran_on import with_nodes
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Deadline
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client

# More than a result should carry. The lists of ids in the summary are complete.
_MOST = 100
# Seconds for all output together: a node that does not answer must not hold up the reason.
_SECONDS = 20.0
_NO_OUTPUT = {"stderr_tail": None, "stdout_tail": None, "tail_error": None}
# What a message has room for.
_QUOTED = 3
_QUOTED_CHARACTERS = 200


def failures_of(client: Client, judgement: Judgement, redact: str) -> list[dict[str, Any]]:
    """One item for each offender, first what blocks most. Never raises because output cannot be read: the item says so."""
    offenders = judgement.offenders[:_MOST]
    named = _sentences(judgement)
    sentences = [named[offender.key] for offender in offenders]
    with client.limited_to(Deadline(client.clock, _SECONDS)):
        offenders = with_nodes(client, offenders)
        ran = [offender for offender in offenders if offender.ran]
        read = tails(client, [_execution(item) for item in ran], redact)
    output = dict(zip((offender.key for offender in ran), read))
    return [
        {**_facts(offender), "sentence": sentence, **output.get(offender.key, _NO_OUTPUT)}
        for offender, sentence in zip(offenders, sentences)
    ]


def quote(failures: list[dict[str, Any]]) -> str:
    """The last lines of what failed first, for a message."""
    return "; ".join([words for words in map(last_words, failures) if words][:_QUOTED])


def last_words(failure: Mapping[str, Any]) -> str:
    """The last line of its output, for a person to read; nothing where it left none."""
    for stream in ("stderr", "stdout"):
        lines = (failure[f"{stream}_tail"] or "").strip().splitlines()
        if lines:
            name = failure["task_id"] or failure["node_id"]
            return f"{stream} of {name} ends with: {lines[-1].strip()[:_QUOTED_CHARACTERS]}"
    return ""


def _sentences(judgement: Judgement) -> dict[tuple[str | None, ...], str]:
    """The first reason that names each offender, so that its output can be shown beneath."""
    named: dict[tuple[str | None, ...], str] = {}
    for reason in (*judgement.failed, *judgement.tolerated):
        for offender in reason.offenders:
            named.setdefault(offender.key, reason.sentence)
    return named


def _execution(offender: Offender) -> Execution:
    return Execution(
        job_id=offender.job_id,
        task_id=offender.task_id,
        pool_id=offender.pool_id,
        node_id=offender.node_id,
        directory=offender.directory,
    )


def _facts(offender: Offender) -> dict[str, Any]:
    return {
        "kind": offender.kind,
        "job_id": offender.job_id,
        "task_id": offender.task_id,
        "pool_id": offender.pool_id,
        "node_id": offender.node_id,
        "reason": offender.why or "failed",
        "blocks": offender.blocks,
    }
