# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what Ansible reads as files and what yet follows from the registry of resources.

Run as `./dev registry` after a change of the registry; tests/project/test_registry_files.py says where that was forgotten.

- plugins/action: the same file for each module. No links: antsibull-docs takes a link for another name of the same module
- meta/runtime.yml: each module in both action groups
- RETURN of each module: the parts that all have in common, or all that judge or wait, as the module of the first resource has them
- roles/gate/meta/argument_specs.yml: the options of a check, as batch_gate_info documents them
"""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.batchops.azure.plugins.module_utils._gate.resource import GATE
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._registry import RESOURCES
from ansible_collections.batchops.azure.tests.support.modules import MODULES

ROOT = Path(__file__).resolve().parents[2]
# Of RETURN. What differs with the options of a module, such as `failures`, is its own.
IN_ALL = ("api_version", "query_result", "failure")
OF_WAITS = ("elapsed", "polls", "timed_out", "stalled", "transient_errors", "last_transient_error")
_LISTED = re.compile(r"(?:^    - batch_\w+\n)+", re.MULTILINE)


def texts(root: Path = ROOT) -> dict[Path, str]:
    """The files that are written in part, as they should be."""
    modules = root / "plugins" / "modules"
    model = _read(modules / f"{next(iter(RESOURCES.values())).module}.py")
    wanted = {}
    for name, resource in MODULES.items():
        path = modules / f"{name}.py"
        text = _read(path)
        for part in parts_of(resource):
            text = _with_part(text, part, model)
        wanted[path] = text
    action = root / "plugins" / "action"
    wanted.update((action / f"{name}.py", _read(action / f"{GATE.module}.py")) for name in MODULES)
    runtime, specs = root / "meta" / "runtime.yml", root / "roles" / "gate" / "meta" / "argument_specs.yml"
    listed = "".join(f"    - {name}\n" for name in sorted(MODULES))
    wanted[runtime] = _LISTED.sub(listed, _read(runtime))
    wanted[specs] = _with_check_options(_read(specs), wanted[modules / f"{GATE.module}.py"])
    return wanted


def parts_of(resource: Resource) -> tuple[str, ...]:
    """The keys of RETURN whose words are not the module's own. What a gate says of its verdict is."""
    options = resource.arguments.spec
    return (
        *(("verdict",) if "condition" in options else ()),
        *(OF_WAITS if "wait" in options else ()),
        *IN_ALL,
    )


def different(root: Path = ROOT) -> list[Path]:
    """The files that are not as they should be, and action plugins of modules that are none."""
    wanted = texts(root)
    strays = [path for path in sorted((root / "plugins" / "action").glob("*.py")) if path not in wanted]
    return strays + [path for path, text in wanted.items() if not path.is_file() or _read(path) != text]


def write(root: Path = ROOT) -> None:
    for path in different(root):
        if path in texts(root):
            path.write_text(texts(root)[path], encoding="utf-8")
        else:
            path.unlink()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _part(text: str, name: str) -> re.Match[str]:
    """One key of RETURN with all that is in it."""
    found = re.compile(rf"^{name}:\n(?:^ .*\n)+", re.MULTILINE).search(text, text.index('RETURN = r"""'))
    if found is None:
        raise LookupError(f"RETURN has no {name}; add a line '{name}:' with anything below it where it should stand")
    return found


def _with_part(text: str, name: str, model: str) -> str:
    old = _part(text, name)
    return text[: old.start()] + _part(model, name)[0] + text[old.end() :]


def _with_check_options(specs: str, module: str) -> str:
    """The role's options of a check: indented by four more, and the option that holds them has another name."""
    documented = re.search(r"^    suboptions:\n((?:^ {6}.*\n)+)", module, re.MULTILINE)
    mine = re.search(r"^        options:\n((?:^ {10}.*\n)+)", specs, re.MULTILINE)
    if documented is None or mine is None:
        raise LookupError("the options of a check are not where they were")
    moved = re.sub("^", "    ", documented[1], flags=re.MULTILINE).rstrip(" ")
    return specs[: mine.start(1)] + moved.replace("O(checks[]", "O(gate_checks[]") + specs[mine.end(1) :]


def main() -> None:
    for path in different():
        print(path.relative_to(ROOT))
    write()


if __name__ == "__main__":
    main()
