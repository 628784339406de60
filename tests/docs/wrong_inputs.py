# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs wrong_inputs.yml against simulated accounts, and writes what is said into the guide to troubleshooting.

Run as `./dev messages` after a message has been changed; test_wrong_inputs.py says where that was forgotten.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._run import run
from ansible_collections.batchops.azure.plugins.plugin_utils._changes.source import follow
from ansible_collections.batchops.azure.plugins.plugin_utils._options import refusal, validated, warnings
from ansible_collections.batchops.azure.tests.docs.blocks import PROJECT
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.support.accounts import account_of, options_of
from ansible_collections.batchops.azure.tests.support.driven_clock import DrivenClock
from ansible_collections.batchops.azure.tests.support.modules import MODULES
from ansible_collections.batchops.azure.tests.support.playing import play, play_file, refusals
from ansible_collections.batchops.azure.tests.support.reading_inventories import inventories_of

GUIDE = PROJECT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst"
BEGIN, END = "..\n   What ./dev messages writes begins here.\n", "..\n   What ./dev messages writes ends here.\n"
CALLED = ("module", "role", "playbook", "filter", "inventory", "event_source")

# What a reader has in place of a simulated account, and what is another one in each run.
_REQUEST = "0490547f-c08e-43f1-b4e0-a0df559a5629"
_MOVING = (
    (r"https?://127\.0\.0\.1:\d+", "https://myaccount.westeurope.batch.azure.com"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", _REQUEST),
    (r"expired .* ago, at \S+", "expired 14 hours ago, at 2026-01-31T18:00:00Z"),
    (r"(?<= since )(\d{4}-\d\d-\d\d )?\d\d:\d\d \([^)]*\)", "10:02 (2 min)"),
    (r"(?<=after )\d+ s", "30 s"),
    (r"(?<=has changed for )\d+ (s|min)", "2 min"),
    # Of the libraries beneath, whose words are others in each version.
    (r"(?<=not accepted \().*(?=\); )", "unable to get local issuer certificate"),
    (r"(?<=speak TLS as expected \().*?(?=\)( \(tried|$))", "wrong version number"),
    (r"(?<=did not answer \().*?(?=\)( \(tried|$))", "Connection refused"),
    (r"(?<=the connection broke \().*?(?=\)( \(tried|$))", "Connection reset by peer"),
    (r"(?<=Timestamp: )\S+ \S+", "2026-01-31 08:00:00Z"),
    (r"(?<=ocp-date:)[^/]* GMT", "Sat, 31 Jan 2026 08:00:00 GMT"),
    (r"(?<=is not valid JSON \().*?\)(?=: )", "Expecting ':' delimiter: line 1 column 540 (char 539))"),
    (r"\d+ bytes", "539 bytes"),
    (r"(?<=RequestId:)\S+…", "0490547f-c08e-43…"),
    (re.escape(sys.executable), "/usr/bin/python3"),
)


class Account(DrivenClock):
    """A simulated account, and a clock whose pauses pass for it as well."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self.simulator = simulator

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.simulator.clock.advance(seconds)


@dataclass(frozen=True)
class Case:
    """One wrong input. `given` is what stands in the file."""

    about: str
    given: Mapping[str, Any] = field(hash=False)

    @property
    def called(self) -> tuple[str, str]:
        """What kind of thing, and its name."""
        [kind] = [kind for kind in CALLED if kind in self.given]
        return kind, str(self.given[kind])

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.given.get("options") or {})

    @property
    def title(self) -> str:
        """What was typed, and in which situation."""
        kind, name = self.called
        options = _typed(self.options) if kind != "filter" else _typed({"value": next(iter(self.options.values()))})
        typed = self.given.get("what", options)
        literal = f"``{typed}``" if typed and "what" not in self.given else typed
        what = f"{'' if kind == 'module' else kind.replace('_', ' ') + ' '}{name}"
        return ", ".join(filter(None, (f"*{what}*", literal, str(self.given.get("while", "")))))

    def __str__(self) -> str:
        return self.title


def cases() -> list[Case]:
    groups = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return [Case(group["about"], given) for group in groups for given in group["cases"]]


def _typed(options: Mapping[str, Any]) -> str:
    """As it stands in YAML, in one line."""
    return yaml.safe_dump(dict(options), default_flow_style=True, sort_keys=False, width=10_000).strip()[1:-1]


class Accounts:
    """The accounts that cases are run against, started when the first case wants them, and an environment without others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self._started: dict[tuple[str, bool], Simulator] = {}
        closed = self._open.enter_context(socket.socket())
        # Bound and never listening: whoever connects is refused.
        closed.bind(("127.0.0.1", 0))
        self.closed_url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    def __enter__(self) -> Accounts:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._open.close()

    def started(self, scenario: str, https: bool) -> Simulator:
        if (scenario, https) not in self._started:
            self._started[scenario, https] = self._open.enter_context(Simulator(scenario, https=https))
        return self._started[scenario, https]

    @contextmanager
    def environment(self, given: Mapping[str, str]) -> Iterator[None]:
        """Nothing of Azure and of proxies, a home of its own, and no command."""
        mine = ("AZURE_", "AZ_BATCH_", "ANSIBLE_AZURE_", "IDENTITY_", "IMDS_", "MSI_", "REQUESTS_CA", "CURL_CA")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not (name.startswith(mine) or name.lower().endswith("_proxy"))
        }
        nothing = {"HOME": str(self.folder), "PATH": str(self.folder), **given}
        with mock.patch.dict(os.environ, {**kept, **nothing}, clear=True):
            yield


def said(case: Case, accounts: Accounts) -> str:
    """What a call of this kind says in this process. Roles, playbooks and inventories have processes of their own."""
    kind, name = case.called
    simulator = accounts.started(str(case.given.get("scenario", "demo")), case.given.get("account") == "tls")
    simulator.clock.set(case.given.get("at", 100))
    simulator.faults.clear()
    for fault in case.given.get("faults", ()):
        options = dict(fault)
        simulator.faults.add(options.pop("kind"), **options)
    known = {
        "closed_url": accounts.closed_url,
        "tls_url": simulator.url.replace("http://", "https://"),
        "tenant": simulator.tenant,
        "client_id": simulator.client_id,
    }
    options = {
        option: value % known if isinstance(value, str) and "%(" in value else value
        for option, value in case.options.items()
    }
    with accounts.environment({key: value % known for key, value in case.given.get("environment", {}).items()}):
        if kind == "module":
            found = _of_module(name, {**_account(case, simulator, accounts), **options}, Account(simulator))
        elif kind == "filter":
            found = _of_filter(name, options[name])
        else:
            found = _of_event_source({**options_of(simulator), **options})
    return normalised(found)


def _account(case: Case, simulator: Simulator, accounts: Accounts) -> dict[str, Any]:
    kind = case.given.get("account")
    if kind == "none":
        return {}
    if kind == "elsewhere":
        return {**options_of(simulator), "account_endpoint": "myaccount.westeurope.batch.azure.com"}
    options: dict[str, Any] = dict(options_of(simulator))
    if kind == "tls":
        options.update(ca_path=str(simulator.ca_path), authority_host=simulator.authority)
        options.update(disable_instance_discovery=True)
    if kind == "closed":
        options["account_endpoint"] = accounts.closed_url
    return {option: value for option, value in options.items() if option not in case.given.get("without", ())}


def _of_module(name: str, options: dict[str, Any], clock: Account) -> str:
    resource = MODULES[name]
    checked = validated(resource.arguments, options)
    if checked.error_messages:
        return refusal(checked, f"(batchops.azure.{name}) module")
    try:
        result = run(checked.validated_parameters, resource, clock=clock)
    except BatchError as error:
        return str(error.as_result()["msg"])
    return str(result.get("msg") or "; ".join([*warnings(checked), *result.get("warnings", ())]))


def _of_filter(name: str, value: Any) -> str:
    filters = importlib.import_module(f"ansible_collections.batchops.azure.plugins.filter.{name}").FilterModule()
    try:
        return str(filters.filters()[name](*value if isinstance(value, list) else [value]))
    except AnsibleFilterError as error:
        return str(error)


def _of_event_source(options: dict[str, Any]) -> str:
    async def nothing_is_told() -> str:
        try:
            await asyncio.wait_for(follow(asyncio.Queue(), options), 60)
        except BatchError as error:
            return str(error)
        return ""

    return asyncio.run(nothing_is_told())


def said_in_processes(accounts: Accounts, wanted: list[Case]) -> list[str]:
    """What these say, each kind in one process of Ansible."""
    simulator = accounts.started("demo", False)
    simulator.clock.set(100)
    simulator.faults.clear()
    environment = {**account_of(simulator), "HOME": str(accounts.folder)}
    roles = [case for case in wanted if case.called[0] == "role"]
    tasks = [
        {
            "ansible.builtin.include_role": {
                "name": f"batchops.azure.{case.called[1]}",
                "apply": {"ignore_errors": True},
            },
            "vars": case.options,
        }
        for case in roles
    ]
    found = dict(zip(map(str, roles), refusals(play(accounts.folder / "roles", tasks, environment))))
    inventories = {str(number): case for number, case in enumerate(wanted) if case.called[0] == "inventory"}
    read = inventories_of(
        accounts.folder / "inventories", {number: case.options for number, case in inventories.items()}, environment
    )
    found.update((str(case), read[number].error) for number, case in inventories.items())
    for case in wanted:
        if case.called[0] == "playbook":
            extra = ("-e", json.dumps(case.options))
            played = play_file(accounts.folder / "playbooks", f"batchops.azure.{case.called[1]}", environment, *extra)
            found[str(case)] = "\n".join(refusals(played))
    return [normalised(found[str(case)]) for case in wanted]


def in_processes(case: Case) -> bool:
    return case.called[0] in ("role", "playbook", "inventory")


def normalised(message: str) -> str:
    for pattern, words in _MOVING:
        message = re.sub(pattern, words, message)
    return message.strip()


def entry(case: Case, message: str) -> str:
    """As it stands in the guide: what was typed, what is said, what to do."""
    lines = [f"``{line.strip()}``" for line in message.splitlines()]
    shown = "\n".join(f"   | {line}" for line in lines) if len(lines) > 1 else f"   {lines[0]}"
    return f"{case.title}\n{shown}\n\n   {case.given['do']}\n"


def rendered(messages: Mapping[str, str]) -> str:
    """All entries, in their groups. `messages` are by the titles of their cases."""
    parts: list[str] = []
    about = ""
    for case in cases():
        if case.about != about:
            about = case.about
            parts.append(f"**{about}**\n")
        parts.append(entry(case, messages[case.title]))
    return "\n".join(parts)


def all_said(folder: Path) -> dict[str, str]:
    with Accounts(folder) as accounts:
        here = {case.title: said(case, accounts) for case in cases() if not in_processes(case)}
        elsewhere = [case for case in cases() if in_processes(case)]
        return {**here, **dict(zip(map(str, elsewhere), said_in_processes(accounts, elsewhere)))}


def written() -> str:
    """What the guide has between the marks."""
    return GUIDE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip("\n") + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = rendered(all_said(Path(folder)))
    before, begin, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise LookupError(f"{GUIDE.name} does not say where the table begins and ends")
    GUIDE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
