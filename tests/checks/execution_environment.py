# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-builder makes of the collection, and whether what it asks for can be installed.

    python execution_environment.py FOLDER

FOLDER holds ansible_collections. No image is built: that takes a container engine, and a base image from the network.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import yaml

BIN = Path(sys.executable).parent
DEFINITION = {
    "version": 3,
    "images": {"base_image": {"name": "quay.io/centos/centos:stream10"}},
    "dependencies": {
        "ansible_core": {"package_pip": "ansible-core"},
        "ansible_runner": {"package_pip": "ansible-runner"},
        "galaxy": {"collections": [{"name": "batchops.azure"}]},
    },
}
DECISION = "ansible_collections/batchops/azure/extensions/eda/decision-environment.yml"
NEEDED = {"requests", "azure-identity", "jmespath"}


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def introspect(root: Path) -> list[str]:
    """The Python requirements of the collection, as ansible-builder finds them."""
    found = yaml.safe_load(run(BIN / "ansible-builder", "introspect", root))
    asked = {
        line.split(">")[0].split("=")[0]: line for line in (text.split("#")[0].strip() for text in found["python"])
    }
    if set(asked) != NEEDED:
        raise SystemExit(f"ansible-builder finds {sorted(asked)} and not {sorted(NEEDED)}")
    if found.get("system"):
        raise SystemExit(f"ansible-builder finds system packages: {found['system']}")
    return sorted(asked.values())


def create(folder: Path, definition: dict[str, Any]) -> None:
    """The build context: everything that `podman build` or `docker build` needs."""
    folder.mkdir()
    file = folder / "execution-environment.yml"
    file.write_text(yaml.safe_dump(definition), encoding="utf-8")
    run(BIN / "ansible-builder", "create", "--file", file, "--context", folder / "context")
    if not any((folder / "context" / name).is_file() for name in ("Containerfile", "Dockerfile")):
        raise SystemExit("ansible-builder has made no Containerfile")
    _look_for(definition["dependencies"], folder / "context" / "_build")


def _look_for(dependencies: dict[str, Any], context: Path) -> None:
    """Whether the files from which the image is filled name what the definition does."""
    collections = [collection["name"] for collection in dependencies["galaxy"]["collections"]]
    for name, wanted in (
        ("requirements.txt", dependencies.get("python", [])),
        ("bindep.txt", dependencies.get("system", [])),
        ("requirements.yml", collections),
    ):
        text = (context / name).read_text(encoding="utf-8") if wanted else ""
        if absent := [line for line in wanted if line not in text]:
            raise SystemExit(f"ansible-builder leaves out of {name}: {', '.join(absent)}")


def install(folder: Path, requirements: list[str]) -> None:
    venv.create(folder / "empty", with_pip=True)
    python = folder / "empty" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", *requirements)
    run(python, "-m", "pip", "check")
    run(python, "-c", "import requests, azure.identity, jmespath")
    # Many execution environments hold azure-cli too: both have to agree on versions. Resolved, not installed.
    run(python, "-m", "pip", "install", "-q", "--dry-run", "azure-cli", *requirements)


def main(root: Path) -> None:
    requirements = introspect(root)
    print(f"ansible-builder introspect: {', '.join(requirements)}")
    with tempfile.TemporaryDirectory() as place:
        create(Path(place) / "execution", DEFINITION)
        create(Path(place) / "decision", yaml.safe_load((root / DECISION).read_text(encoding="utf-8")))
        print("ansible-builder create: done, for an execution and a decision environment")
        install(Path(place), requirements)
        print("installed into an empty environment, and resolved beside azure-cli")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
