# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `strict` shows of a URL."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._mask.urls import mask_url, mask_urls


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x/c", "https://x/c"),
        ("https://x/c?", "https://x/c?"),
        ("https://x/c?a=1&b=&hunter2", f"https://x/c?a={MASK}&b=&{MASK}"),
        ("https://x/c#hunter2", f"https://x/c#{MASK}"),
        ("https://u:p@x/c", f"https://{MASK}@x/c"),
        ("//u:p@x/c", f"//{MASK}@x/c"),
        ("https://x:443/c", "https://x:443/c"),
        ("//hunter2@x/c", f"//{MASK}@x/c"),
        ("////u:hunter2@x/c", f"////{MASK}@x/c"),
        ("https://[::1]:443/c", "https://[::1]:443/c"),
        ("https://u:hun/ter2@x/c", f"https://{MASK}@x/c"),
        ("https://u:hunter2//x?y@z", f"https://{MASK}//x?{MASK}"),
        ("https://x/a@b", "https://x/a@b"),
        ("x/c:a@b", "x/c:a@b"),
        ("https://x/c#hunter2=1", f"https://x/c#{MASK}"),
        ("https://x/c?a=1&&b=", f"https://x/c?a={MASK}&&b="),
        ("https://x/c?hunter2!=1", f"https://x/c?{MASK}={MASK}"),
        ("https://u:hunter2#x@y/", f"https://{MASK}#{MASK}"),
    ],
)
def test_neither_the_user_nor_values_of_the_query_are_shown(url: str, shown: str) -> None:
    assert mask_url(url) == shown


def test_of_a_signature_the_version_rights_and_end_are_shown() -> None:
    url = "https://x/c?sv=2021-08-06&sp=rl&se=2024-01-01T00%3A00%3A00Z&sig=hunter2"
    assert mask_url(url) == url.replace("hunter2", MASK)
    # Without a signature they are any values.
    assert mask_url("https://x/c?sp=hunter") == f"https://x/c?sp={MASK}"


def test_urls_in_a_text_are_shown_like_those_that_stand_alone() -> None:
    assert mask_urls("get https://u:p@x/c?t=1, then 'ftp://y/?q=2'") == (
        f"get https://{MASK}@x/c?t={MASK} then 'ftp://y/?q={MASK}'"
    )
