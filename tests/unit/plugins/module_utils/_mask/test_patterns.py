# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A text in which something may hide, once it has been found to be worth a look. Many more are in the test of texts."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.patterns import SIGNATURE, mask_known


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2 next", "password=*** next"),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("https://x/c?sv=1&sig=hunter2", "https://x/c?sv=1&sig=***"),
        ("nothing", "nothing"),
    ],
)
def test_what_tells_of_a_secret_is_masked(text: str, shown: str) -> None:
    assert mask_known(text, text.lower(), "***").startswith(shown.rstrip("*"))
    assert "hunter2" not in mask_known(text, text.lower(), "***")


def test_a_signature_is_found_in_a_query_only() -> None:
    assert SIGNATURE.search("https://x/c?a=1&sig=hunter2")
    assert not SIGNATURE.search("a signal")
