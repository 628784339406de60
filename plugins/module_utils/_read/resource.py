# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rest of the collection knows of a resource: its module, its options, its reader, and how a gate checks it.

Each resource's room has one such entry; `_registry` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import parse_options
from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Reader
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments

Parse = Callable[[Mapping[str, Any], Arguments], ReadOptions]


class Resource(NamedTuple):
    """`name` is the word of a gate's `check`. The rest is what a module or a gate needs to read and judge it."""

    name: str
    module: str
    arguments: Arguments
    reader: type[Reader]
    # The options of the module that a check of a gate takes too.
    check_options: tuple[str, ...] = ()
    # What a check means where no condition is given. A resource that is only read has none, and is no check.
    default_condition: str = ""
    # A check needs one of these options, which say what it is about.
    check_needs: tuple[str, ...] = ()
    parse: Parse = parse_options
