# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Until when the service creates pools with an image: what it lists, and which pools that touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement, Offender, Reason, name_some
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# What tells one image of the Marketplace from another: the list names each with the agent that it goes with.
Key = tuple[str, ...]
_SECONDS = len("2026-01-31T08:00:00")


class Finding(NamedTuple):
    """What is known of one pool's image. `listed` is None for an image that the list never holds."""

    listed: bool | None
    end: str | None = None
    # None where it is not known.
    supported: bool | None = None
    # What is to be said of it; nothing where all is well.
    why: str = ""
    # Whether that is no answer of the service, so that the next one may say more.
    pending: bool = False

    def facts(self) -> dict[str, Any]:
        return {"listed": self.listed, "batch_support_end_of_life": self.end, "supported": self.supported}


class ImageSupport:
    """The images that the service supports, read once for all looks of a wait: they change by the month."""

    def __init__(self, client: Client, days: int) -> None:
        self._client = client
        self._days = days
        self._ends: dict[Key, str | None] | None = None

    def of(self, pools: Mapping[str, Mapping[str, Any]]) -> Support:
        # None at all is no answer.
        if not self._ends:
            pages = self._client.pages(("supportedimages",))
            self._ends = earliest_ends(image for page in pages for image in page)
        now = datetime.now(timezone.utc)
        return Support({pool_id: judge(pool, self._ends, self._days, now) for pool_id, pool in pools.items()})


class Support:
    """What is known of the images of pools, by their ids."""

    def __init__(self, findings: Mapping[str, Finding]) -> None:
        self._findings = findings
        self.facts = {pool_id: finding.facts() for pool_id, finding in findings.items()}

    def judgement(self) -> Judgement:
        """For a gate, which does not let an image pass that ends. What is not listed is told, and nobody judges it."""
        judgement = Judgement()
        for pool_id, finding in self._findings.items():
            if finding.why:
                self._judge(judgement, pool_id, finding)
        return judgement

    def warnings(self) -> list[str]:
        """For a read: one sentence for all pools of the same image."""
        alike: dict[str, list[str]] = {}
        for pool_id, finding in self._findings.items():
            if finding.why and finding.listed is not None:
                alike.setdefault(finding.why, []).append(pool_id)
        return [f"pool{'s' if len(ids) > 1 else ''} {name_some(ids)}: {why}" for why, ids in alike.items()]

    @staticmethod
    def _judge(judgement: Judgement, pool_id: str, finding: Finding) -> None:
        sentence = f"pool {pool_id}: {finding.why}"
        if finding.supported is False:
            judgement.failed.append(Reason(sentence, Offender("pool", sentence, pool_id=pool_id)))
        elif finding.pending:
            judgement.missing.append(Reason(sentence, Offender("pool", sentence, pool_id=pool_id)))
        else:
            judgement.tolerated.append(Reason(sentence))


def earliest_ends(images: Iterable[Mapping[str, Any]]) -> dict[Key, str | None]:
    """When each image that is listed ends; None where that is not planned. Of several entries, the one that ends first."""
    ends: dict[Key, str | None] = {}
    for image in images:
        key, end = _key(part(image, "imageReference"), image), image.get("batchSupportEndOfLife")
        told = [known for known in (ends.get(key), None if end is None else str(end)) if known is not None]
        # One that is not understood may be any.
        ends[key] = min(told, key=lambda text: (_time(text) is not None, text), default=None)
    return ends


def judge(pool: Mapping[str, Any], ends: Mapping[Key, str | None], days: int, now: datetime) -> Finding:
    """Whether the service goes on creating pools with the pool's image for so many days."""
    machine = part(pool, "virtualMachineConfiguration")
    key = _key(part(machine, "imageReference"), machine)
    if not all(key[:3]):
        return Finding(None, why="how long its image is supported is not known, because it is none of the Marketplace")
    name = f"image {mask_words(':'.join(key[:3]))} with {mask_words(key[3])}"
    if key not in ends:
        why = f"{name} is not among the images that the service lists as supported"
        return Finding(False, why=why) if ends else Finding(False, why=f"{why}, and it lists none", pending=True)
    end = ends[key]
    return Finding(True, supported=True) if end is None else _judge_end(name, end, days, now)


def _judge_end(name: str, end: str, days: int, now: datetime) -> Finding:
    at = _time(end)
    if at is None:
        why = f"it is not understood when the support of {name} ends: {mask_words(end)}"
        return Finding(True, end, why=why, pending=True)
    left, day = at - now, end[:10]
    # Whole days: a number of them may be larger than a span of time can be.
    if left.days >= days:
        return Finding(True, end, supported=True)
    if left < timedelta(0):
        return Finding(True, end, False, f"the service creates no more pools with {name} since {day}")
    when = f"on {day}, in {left.days} day{'' if left.days == 1 else 's'}, and {days} are asked for"
    return Finding(True, end, False, f"the service stops creating pools with {name} {when}")


def _key(reference: Mapping[str, Any], agent: Mapping[str, Any]) -> Key:
    names = [reference.get(name) for name in ("publisher", "offer", "sku")]
    return tuple(str(name or "").lower() for name in (*names, agent.get("nodeAgentSKUId")))


def _time(text: str) -> datetime | None:
    """Fractions of a second count for nothing here."""
    if not text.endswith("Z"):
        return None
    try:
        return datetime.strptime(text[:_SECONDS], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
