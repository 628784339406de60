# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the options of pools as far as one depends on another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import parse_options
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import Arguments

# Nodes tell what they run since 2021-06-01.14.0. Later descriptions have it, earlier ones do not.
_NODES_TELL_IMAGE = "2021-06-01"


def parse_pools(params: Mapping[str, Any], arguments: Arguments) -> ReadOptions:
    """What is asked of pools. Raises OptionError before any request."""
    options = parse_options(params, arguments)
    _check_condition(options)
    _check_image_version(options, params["api_version"])
    return options


def _check_condition(options: ReadOptions) -> None:
    """What an option would say nothing about is not meant so."""
    for option, given, condition in (
        ("min_nodes", options.min_nodes is not None, "sound"),
        ("max_failed_nodes", options.max_failed_nodes > 0, "sound"),
        ("image_version", options.image_version is not None, "image_reached"),
    ):
        if given and options.condition != condition:
            raise OptionError(option, f"goes with condition={condition} only")


def _check_image_version(options: ReadOptions, api_version: str) -> None:
    version = options.image_version
    if version is not None and (not version.strip() or version.strip().lower() == "latest"):
        raise OptionError("image_version", f"{version!r} names no version; give one such as 18.04.202209020")
    if options.condition == "image_reached" and api_version < _NODES_TELL_IMAGE:
        raise OptionError(
            "condition",
            f"image_reached needs api_version {_NODES_TELL_IMAGE}.14.0 or newer; in {api_version} nodes do not tell what they run",
        )
