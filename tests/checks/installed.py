# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installs the tarball into an empty folder, as users do, and runs from there what the README shows.

    python installed.py TARBALL RESULT.json

The README's `ansible` and `ansible-playbook` lines run as they stand, in a shell, against a simulated account in which
everything has come true. ansible-doc shows every plugin and role of the collection. A warning is an error here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ansible_collections.batchops.azure.tests.simulator import RealClock, Simulator

BIN = Path(sys.executable).parent
README = Path(__file__).resolve().parents[2] / "README.md"
COLLECTION = "batchops.azure"
# When all has come true in the scenario `demo`.
DONE_AT = 60
# Kinds of plugins that ansible-doc shows and a collection like this one can hold.
KINDS = (
    "module",
    "role",
    "filter",
    "lookup",
    "test",
    "inventory",
    "callback",
    "connection",
    "become",
    "vars",
    "strategy",
)


def environment(collections: Path, simulator: Simulator) -> dict[str, str]:
    """What a user's shell has: no path to the checkout, and the account."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "ANSIBLE_", "PYTHONPATH"))
    }
    return {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_NOCOLOR": "1",
        # Ansible warns whoever has no inventory, whatever is called.
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "AZURE_BATCH_ENDPOINT": simulator.url,
        "AZURE_BATCH_ACCOUNT": simulator.account,
        "AZURE_BATCH_ACCESS_KEY": simulator.key,
    }


def warnings(text: str) -> list[str]:
    """All but one: ansible-core 2.19 and newer warn of a folder of their own when they show a role."""
    return [line for line in text.splitlines() if "WARNING]" in line and "/ansible/_internal/" not in line]


def succeed(command: str, folder: Path, env: dict[str, str], status: int = 0) -> str:
    """What the command printed. It has to end with that status, and must not warn."""
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode != status or warnings(done.stdout + done.stderr):
        raise SystemExit(f"$ {command}\n{done.stdout}{done.stderr}exit code {done.returncode}")
    print(f"ok  {command}")
    return done.stdout


def shown_in_readme() -> list[tuple[str, int]]:
    """The commands, and the exit status that each has at the moment that is played."""
    blocks = re.findall(
        r"(?:<!-- run: (.*?) -->\n)?```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    shown = [
        (command, int((re.search(r"status=(\d+)", mark) or ["", "0"])[1]))
        for mark, text in blocks
        for command in re.findall(r"^\$ (ansible(?:-playbook)? .*)$", text, re.MULTILINE)
    ]
    if not shown:
        raise SystemExit("the README shows no command")
    return shown


def plugins(env: dict[str, str], folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind in KINDS:
        listed = json.loads(succeed(f"ansible-doc --list --json -t {kind} {COLLECTION}", folder, env))
        found[kind] = sorted(name for name in listed if name.startswith(f"{COLLECTION}."))
    return {kind: names for kind, names in found.items() if names}


def main(tarball: Path, result: Path) -> None:
    checked: list[str] = []
    with tempfile.TemporaryDirectory() as place, Simulator("demo", clock=RealClock(speed=0)) as simulator:
        folder, collections = Path(place), Path(place) / "collections"
        env = environment(collections, simulator)
        (folder / "deploy.yml").write_text("- ansible.builtin.debug: {msg: deployed}\n", encoding="utf-8")
        succeed(f"ansible-galaxy collection install --force -p {collections} {tarball.resolve()}", folder, env)
        if not (collections / "ansible_collections" / "batchops" / "azure" / "MANIFEST.json").is_file():
            raise SystemExit("the collection is not where it was to be installed")
        simulator.clock.set(DONE_AT)
        for command, status in shown_in_readme():
            succeed(command, folder, env, status)
            checked.append(command)
        for kind, names in plugins(env, folder).items():
            for name in names:
                page = succeed(f"ansible-doc -t {kind} {name}", folder, env)
                if name not in page and name.rpartition(".")[2].upper() not in page.upper():
                    raise SystemExit(f"ansible-doc -t {kind} {name} shows something else:\n{page}")
                checked.append(f"ansible-doc -t {kind} {name}")
    methods = {exchange.method for exchange in simulator.requests}
    if methods != {"GET"}:
        raise SystemExit(f"requests were sent with {sorted(methods)}")
    result.write_text(json.dumps(checked, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
