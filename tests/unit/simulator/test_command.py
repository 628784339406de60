# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from ansible_collections.batchops.azure.tests.simulator import Simulator, __main__

MODULE = "ansible_collections.batchops.azure.tests.simulator"


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start the command and yield it with what it printed, up to the line to paste."""
    command = [sys.executable, "-m", MODULE, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed: list[str] = []
        try:
            for line in process.stdout:
                printed.append(line.rstrip("\n"))
                if line.startswith("export "):
                    break
            yield process, printed
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_what_it_serves_and_ends_quietly(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready.json"
    with running("--https", "--speed", "0", "--ready-file", str(ready)) as (process, printed):
        facts = json.loads(ready.read_text(encoding="utf-8"))
        with requests.Session() as session:
            session.trust_env = False
            state = session.get(f"{facts['endpoint']}/_simulator/state", verify=facts["ca_path"], timeout=60).json()
        assert (state["now"], state["scenario"]) == (0, "demo")
        process.send_signal(number)
        _out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert not Path(facts["ca_path"]).exists()
    assert facts["pid"] == process.pid
    assert list(tmp_path.iterdir()) == [ready]
    text = "\n".join(printed)
    for name in ("endpoint", "account", "key", "ca_path", "tenant", "client_id", "secret", "authority"):
        assert str(facts[name]) in text
    # Under the names of the options that take them.
    assert f"  authority_host {facts['authority']}" in printed
    assert "job-7, job-8" in text
    assert printed[-1] == (
        f"export AZURE_BATCH_ENDPOINT={facts['endpoint']} AZURE_BATCH_ACCOUNT={facts['account']} "
        f"AZURE_BATCH_ACCESS_KEY={facts['key']} REQUESTS_CA_BUNDLE={facts['ca_path']}"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--scenario", "nope"],
            "simulator: no scenario nope: neither a file nor one of autoscale_empty_at_first, demo",
        ),
        (["--scenario", "/nowhere/x.yml"], "simulator: no scenario /nowhere/x.yml"),
    ],
)
def test_a_scenario_that_is_not_there_is_one_line(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_ignored: None)
    assert __main__.main(arguments) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_ignored: None)
    with Simulator() as simulator:
        assert __main__.main(["--port", str(simulator.port)]) == 2
    assert "in use" in capsys.readouterr().err
