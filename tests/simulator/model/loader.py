# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds and reads a scenario: a bundled name, a file, or a mapping."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import yaml

from .account import Account, read_account
from .errors import ScenarioError
from .faults import Fault, read_fault
from .images import SupportedImage, read_supported_images
from .jobs import Job, read_jobs
from .members import Members
from .moments import ticks_of_yaml
from .pools import Pool, read_pools
from .reader import Reader
from .schedules import JobSchedule, read_schedules

BUNDLED = Path(__file__).resolve().parent.parent / "scenarios"
Source = Union[str, Path, Mapping[str, Any]]


@dataclass(frozen=True)
class Paging:
    """How the service pages."""

    page_size: int
    sparse: bool
    window: int
    moved_prep_link: bool
    verbatim: bool


@dataclass(frozen=True)
class Scenario:
    """A whole account over time."""

    name: str
    description: str
    start_ticks: int
    account: Account
    paging: Paging
    pools: Members[Pool]
    jobs: Members[Job]
    job_schedules: Sequence[JobSchedule]
    supported_images: tuple[SupportedImage, ...]
    faults: tuple[Fault, ...]


def load_scenario(source: Source) -> Scenario:
    """Read a scenario. Raises ScenarioError with one sentence when it is missing or wrong."""
    if isinstance(source, Mapping):
        return _read(Reader(source, ""), "scenario")
    path = _find(source)
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"scenario {path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"scenario {path.name} is not YAML: {' '.join(str(error).split())}") from None
    try:
        return _read(Reader(data, ""), path.stem)
    except ScenarioError as error:
        raise ScenarioError(f"scenario {path.name}: {str(error).lstrip()}") from None


def bundled_names() -> list[str]:
    """Return the names of the scenarios that come with the simulator."""
    return sorted(path.stem for path in BUNDLED.glob("*.yml"))


def _find(source: str | Path) -> Path:
    path = Path(source)
    bundled = BUNDLED / f"{source}.yml"
    if isinstance(source, str) and path.name == source and not path.suffix and bundled.is_file():
        return bundled
    if path.is_file():
        return path
    raise ScenarioError(f"no scenario {source}: neither a file nor one of {', '.join(bundled_names())}")


def _read(reader: Reader, name: str) -> Scenario:
    pools = read_pools(reader)
    schedules, jobs = read_schedules(reader, pools, read_jobs(reader, pools))
    scenario = Scenario(
        name=reader.text("name", name),
        description=reader.text("description", ""),
        start_ticks=_read_start(reader),
        account=read_account(reader.section("account")),
        paging=_read_paging(reader.section("paging") or Reader({}, "paging")),
        pools=pools,
        jobs=jobs,
        job_schedules=schedules,
        supported_images=read_supported_images(reader),
        faults=tuple(read_fault(section) for section in reader.sections("faults")),
    )
    reader.finish()
    return scenario


def _read_start(reader: Reader) -> int:
    start = reader.raw("start", "now")
    if start == "now":
        return time.time_ns() // 100
    ticks = ticks_of_yaml(start)
    if ticks is None:
        raise ScenarioError("start must be now or a time such as 2026-01-31T08:00:00Z")
    return ticks


def _read_paging(reader: Reader) -> Paging:
    paging = Paging(
        page_size=reader.integer("page_size", 1000),
        sparse=reader.choice("filtered_pages", "full", ("full", "sparse")) == "sparse",
        window=reader.integer("window", 3),
        moved_prep_link=reader.choice("prep_next_link", "same", ("same", "moved")) == "moved",
        verbatim=reader.boolean("verbatim", False),
    )
    reader.finish()
    for key in ("page_size", "window"):
        if getattr(paging, key) < 1:
            raise ScenarioError(f"{reader.place(key)} must be at least 1")
    return paging
