# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words of the service in a sentence: nothing hides a secret in them, and of URLs they show no more than facts do."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_strictly, mask_words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s\x9big=hunter2", "sig=REDACTED"),
        ("pass\x9b0mword=hunter2", "password=REDACTED"),
        ("s\x9big=hunter2 pass\x9b0mword=hunter3", "REDACTED"),
        ("a\x9b31mb", "ab"),
    ],
)
def test_an_escape_of_one_byte_hides_no_secret_whether_a_terminal_obeys_it_or_not(text: str, shown: str) -> None:
    assert mask_words(text) == shown


@pytest.mark.parametrize("hidden", ["", "\u200b", "\x1b[1m", "\x9b"])
def test_words_in_a_sentence_show_no_more_of_a_url_than_the_facts_do(hidden: str) -> None:
    words = f"see https://a.{hidden}example/x?k={hidden}hunter2&n=1 and https://ann:hunter2@b.example/ now"
    assert "hunter2" not in mask_words(words)
    assert mask_strictly("at https://a.example/x?k=hunter2") == "at https://a.example/x?k=REDACTED"
    assert mask_words("at https://a.example/x") == "at https://a.example/x"


def test_of_words_as_much_is_shown_as_a_sentence_has_room_for() -> None:
    assert len(mask_words("word " * 1_000)) == pytest.approx(2_000, abs=5)
