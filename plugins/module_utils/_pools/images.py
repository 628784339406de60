# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which image a node runs, and in which version, as far as it tells: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.json import part

# An image of a gallery has its version in its id.
_IDS = ("virtualMachineImageId", "sharedGalleryImageId", "communityGalleryImageId")
_VERSIONS = "/versions/"
_MARKETPLACE = ("publisher", "offer", "sku")


class Image(NamedTuple):
    """`name` is `publisher:offer:sku`, or the id of an image without its version. Case means nothing in either."""

    name: str
    # None where it is not told: "latest" was another one yesterday.
    version: str | None

    def __str__(self) -> str:
        if self.version is None:
            return self.name
        return f"{self.name}{_VERSIONS if '/' in self.name else ':'}{self.version}"

    def has(self, version: str) -> bool:
        """Whether it is of this version: its number, or the whole id of an image of a gallery."""
        return self.version is not None and (version.strip().lower() == self.version.lower() or self.is_named(version))

    def is_named(self, version: str) -> bool:
        """Whether that is its whole name, with its version."""
        return self.version is not None and version.strip().lower() == str(self).lower()


def image_of(reference: Mapping[str, Any], version: str) -> Image | None:
    """The image of a reference to one; `version` is the property that names its version. None where it names no image."""
    told = _exact(reference.get(version))
    for name in _IDS:
        if reference.get(name):
            path, _separator, number = str(reference[name]).lower().partition(_VERSIONS)
            return Image(path, _exact(number) or told)
    if not all(reference.get(name) for name in _MARKETPLACE):
        return None
    return Image(":".join(str(reference[name]).lower() for name in _MARKETPLACE), told)


def image_of_node(node: Mapping[str, Any]) -> Image | None:
    """What runs on the node, not what its pool is made of."""
    return image_of(part(part(node, "virtualMachineInfo"), "imageReference"), "exactVersion")


def image_of_pool(pool: Mapping[str, Any]) -> Image | None:
    return image_of(part(part(pool, "virtualMachineConfiguration"), "imageReference"), "version")


def counted(images: Iterable[Image | None]) -> dict[str, int]:
    """How many nodes run each image; `unknown` are those that do not tell its version."""
    numbers: dict[str, int] = {}
    for image in images:
        name = "unknown" if image is None or image.version is None else str(image)
        numbers[name] = numbers.get(name, 0) + 1
    return numbers


def _exact(version: Any) -> str | None:
    return str(version) if version and str(version).lower() != "latest" else None
