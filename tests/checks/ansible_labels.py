# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The places in Ansible's own documentation that this one links to, as the inventory that Sphinx would download.

    python ansible_labels.py SITE

SITE is a folder made by antsibull-docs sphinx-init; its conf.py names the inventory, and nothing from the network.
A label that is missing here shows as a warning of Sphinx, which is an error: so no link of this site leads nowhere unseen.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

ANSIBLE = "https://docs.ansible.com/projects/ansible/devel/"
BUILTIN = ("debug", "fail", "include_tasks", "uri")
LABELS = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
    **{
        f"ansible_collections.ansible.builtin.{name}_module": f"collections/ansible/builtin/{name}_module.html"
        for name in BUILTIN
    },
}
HEADER = (
    "# Sphinx inventory version 2",
    "# Project: ansible",
    "# Version: devel",
    "# The remainder of this file is compressed using zlib.",
)


def inventory() -> bytes:
    lines = "".join(f"{label} std:label -1 {place} {title(label)}\n" for label, place in sorted(LABELS.items()))
    return "".join(f"{line}\n" for line in HEADER).encode() + zlib.compress(lines.encode())


def title(label: str) -> str:
    """What a link says that has no words of its own."""
    return label.rpartition(".")[2].removesuffix("_module").replace("_", " ")


def main(site: Path) -> None:
    file = site / "ansible.inv"
    file.write_bytes(inventory())
    with (site / "conf.py").open("a", encoding="utf-8") as conf:
        # A warning is an error; what Python and Jinja have is not looked up.
        conf.write(f"\nintersphinx_mapping = {{'ansible': ({ANSIBLE!r}, {str(file)!r})}}\nnitpicky = False\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
