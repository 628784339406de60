# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Supported images on the wire."""

from __future__ import annotations

from typing import ClassVar

from ..model.images import SupportedImage
from ..model.moments import wire_time
from .context import Context
from .resource import Filterable, Property, Resource


class ImageView:
    """One supported image."""

    __slots__ = ("context", "supported")
    extra: ClassVar[dict[str, object]] = {}

    def __init__(self, context: Context, supported: SupportedImage) -> None:
        self.context = context
        self.supported = supported

    def end_of_life(self) -> str | None:
        """Return when pools can no longer be created with the image, if the service says so."""
        ticks, seconds = self.supported.ends_ticks, self.supported.ends_at
        if seconds is not None:
            return self.context.time(seconds)
        return None if ticks is None else wire_time(ticks)


SUPPORTED_IMAGE = Resource(
    metadata="supportedimages",
    properties=(
        Property("nodeAgentSKUId", lambda view: view.supported.image.node_agent),
        Property("imageReference", lambda view: dict(view.supported.image.reference)),
        Property("osType", lambda view: view.supported.os_type),
        Property("capabilities", lambda view: list(view.supported.capabilities) or None),
        Property("batchSupportEndOfLife", ImageView.end_of_life),
        Property("verificationType", lambda view: view.supported.verification),
    ),
    filters={
        "nodeAgentSKUId": Filterable(("nodeAgentSKUId",), "text"),
        "osType": Filterable(("osType",), "text"),
        "verificationType": Filterable(("verificationType",), "text"),
    },
)
