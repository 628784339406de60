# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images of virtual machines: those of pools, and those that the service says it supports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ScenarioError
from .moments import ticks_of_yaml
from .reader import Reader

_MARKETPLACE = ("publisher", "offer", "sku", "version")
_GALLERIES = {
    "virtual_machine_image_id": "virtualMachineImageId",
    "shared_gallery_image_id": "sharedGalleryImageId",
    "community_gallery_image_id": "communityGalleryImageId",
}
_DAY = 86400.0


@dataclass(frozen=True)
class Image:
    """What the nodes of a pool are made of."""

    reference: Mapping[str, str]
    node_agent: str


@dataclass(frozen=True)
class SupportedImage:
    """An image that pools can be created with. Its support ends at a time of the scenario, at a written one, or never."""

    image: Image
    os_type: str
    verification: str
    capabilities: tuple[str, ...]
    ends_at: float | None
    ends_ticks: int | None


_JAMMY = Image(
    {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts", "version": "latest"},
    "batch.node.ubuntu 22.04",
)
# What is supported where a scenario does not say it.
_USUAL = (
    SupportedImage(_JAMMY, "linux", "verified", ("DockerCompatible",), None, None),
    SupportedImage(
        Image(
            {
                "publisher": "microsoftwindowsserver",
                "offer": "windowsserver",
                "sku": "2022-datacenter",
                "version": "latest",
            },
            "batch.node.windows amd64",
        ),
        "windows",
        "verified",
        (),
        None,
        None,
    ),
)


def read_image(reader: Reader | None) -> Image:
    """Read the image of a pool: one of the Marketplace, by its names, or one of a gallery, by its id."""
    if reader is None:
        return _JAMMY
    image = _read_image(reader)
    reader.finish()
    return image


def _read_image(reader: Reader) -> Image:
    ids = {name: reader.text(key) for key, name in _GALLERIES.items()}
    of_gallery = {name: value for name, value in ids.items() if value is not None}
    named = {key: reader.text(key) for key in _MARKETPLACE}
    given = {key: value for key, value in named.items() if value is not None}
    if len(of_gallery) + bool(given) > 1:
        raise ScenarioError(f"{reader.where} names several images; give the id of one, or publisher, offer and sku")
    node_agent = reader.text("node_agent", _JAMMY.node_agent)
    return Image(of_gallery or {**_JAMMY.reference, **given}, node_agent)


def read_supported_images(scenario: Reader) -> tuple[SupportedImage, ...]:
    """Read the images that the service supports. An empty list is a service that supports none."""
    if not scenario.has("supported_images"):
        return _USUAL
    return tuple(_read_supported(section) for section in scenario.sections("supported_images"))


def _read_supported(reader: Reader) -> SupportedImage:
    image = _read_image(reader)
    ends_at, ends_ticks = _read_end(reader)
    supported = SupportedImage(
        image=image,
        os_type=reader.choice("os_type", "linux", ("linux", "windows")),
        verification=reader.choice("verification", "verified", ("verified", "unverified")),
        capabilities=tuple(map(str, reader.items("capabilities"))),
        ends_at=ends_at,
        ends_ticks=ends_ticks,
    )
    reader.finish()
    return supported


def _read_end(reader: Reader) -> tuple[float | None, int | None]:
    """Return the end of support in seconds after the start, or in ticks where it is written as a time."""
    written = reader.raw("support_ends")
    if written is None:
        return None, None
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return written * _DAY, None
    ticks = ticks_of_yaml(written)
    if ticks is None:
        raise ScenarioError(
            f"{reader.place('support_ends')} must be days after the start, or a time such as 2026-04-30T00:00:00Z"
        )
    return None, ticks
