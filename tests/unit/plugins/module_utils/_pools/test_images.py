# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which image a reference names, and in which version; without a service."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._pools.images import (
    Image,
    counted,
    image_of_node,
    image_of_pool,
)

UBUNTU = {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "18.04-LTS"}
NAME = "canonical:ubuntuserver:18.04-lts"
GALLERY = "/subscriptions/S/resourceGroups/R/providers/Microsoft.Compute/galleries/G/images/I"


@pytest.mark.parametrize(
    ("reference", "image"),
    [
        ({**UBUNTU, "version": "latest", "exactVersion": "18.04.202209020"}, Image(NAME, "18.04.202209020")),
        ({**UBUNTU, "version": "18.04.1", "exactVersion": "latest"}, Image(NAME, None)),
        ({**UBUNTU, "version": "18.04.1"}, Image(NAME, None)),
        ({"virtualMachineImageId": f"{GALLERY}/versions/1.2.3"}, Image(GALLERY.lower(), "1.2.3")),
        ({"virtualMachineImageId": f"{GALLERY}/Versions/1.2.3"}, Image(GALLERY.lower(), "1.2.3")),
        ({"virtualMachineImageId": GALLERY}, Image(GALLERY.lower(), None)),
        ({"virtualMachineImageId": f"{GALLERY}/versions/latest"}, Image(GALLERY.lower(), None)),
        ({"virtualMachineImageId": GALLERY, "exactVersion": "1.2.3"}, Image(GALLERY.lower(), "1.2.3")),
        (
            {"communityGalleryImageId": "/communityGalleries/c/images/i/versions/2"},
            Image("/communitygalleries/c/images/i", "2"),
        ),
        ({"sharedGalleryImageId": "/sharedGalleries/s/images/i/versions/3"}, Image("/sharedgalleries/s/images/i", "3")),
        ({"publisher": "Canonical", "exactVersion": "1"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_node_runs_what_it_says_exactly(reference: dict[str, Any], image: Image | None) -> None:
    assert image_of_node({"id": "a", "virtualMachineInfo": {"imageReference": reference}}) == image


def test_a_pool_asks_for_a_version_or_for_the_latest() -> None:
    def pool(version: str) -> dict[str, Any]:
        return {"virtualMachineConfiguration": {"imageReference": {**UBUNTU, "version": version}}}

    assert image_of_pool(pool("18.04.1")) == Image(NAME, "18.04.1")
    assert image_of_pool(pool("latest")) == Image(NAME, None)
    assert image_of_pool({"cloudServiceConfiguration": {"osFamily": "6"}}) is None


@pytest.mark.parametrize(
    ("image", "version", "has"),
    [
        (Image(NAME, "1.2"), "1.2", True),
        (Image(NAME, "1.2"), " 1.2 ", True),
        (Image(NAME, "1.2"), "Canonical:UbuntuServer:18.04-LTS:1.2", True),
        (Image(NAME, "1.2"), "1.20", False),
        (Image(NAME, "1.2"), NAME, False),
        (Image(NAME, None), NAME, False),
        (Image(GALLERY.lower(), "1.2"), f"{GALLERY}/versions/1.2", True),
        (Image(GALLERY.lower(), "1.2"), f"{GALLERY}/versions/1.3", False),
    ],
    ids=str,
)
def test_a_version_is_a_number_or_the_whole_name(image: Image, version: str, has: bool) -> None:
    assert image.has(version) is has


def test_without_a_version_an_image_has_a_name_and_is_named_by_nothing() -> None:
    assert (str(Image(NAME, None)), Image(NAME, None).is_named(NAME)) == (NAME, False)


def test_images_are_counted_by_their_whole_names() -> None:
    images = [Image(NAME, "1"), Image(NAME, "1"), Image("/gallery/i", "2"), Image(NAME, None), None]
    assert counted(images) == {f"{NAME}:1": 2, "/gallery/i/versions/2": 1, "unknown": 2}
