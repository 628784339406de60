# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A name that the user has given tells that its value is a credential, and stays readable itself."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._read.user_keyed import mask_keyed, mask_named


def _covers(_name: str) -> bool:
    return True


def test_a_value_whose_name_is_not_judged_is_masked() -> None:
    def none(_name: str) -> bool:
        return False

    assert mask_keyed({"owner": "ann"}, none, str) == {"owner": "REDACTED"}
    assert mask_named([{"name": "SCENE", "value": "b"}], none) == [{"name": "SCENE", "value": "REDACTED"}]


def test_keys_tell_at_every_depth_and_other_texts_are_handed_on() -> None:
    wire = {"dbPassword": ["a"], "owner": "ann", "more": [{"apiKey": 5, "size": 3}, "bob", None]}
    assert mask_keyed(wire, _covers, str.upper) == {
        "dbPassword": "REDACTED",
        "owner": "ANN",
        "more": [{"apiKey": "REDACTED", "size": 3}, "BOB", None],
    }


def test_a_value_in_place_of_a_name_is_masked() -> None:
    assert mask_keyed({"password=hunter2": None}, _covers, str) == {"password=REDACTED": None}


def test_of_names_and_values_the_value_is_masked_that_the_name_tells_of() -> None:
    items = [{"name": "DB_PASSWORD", "value": "a"}, {"name": "SCENE", "value": "b"}, {"name": "TOKEN", "value": ""}, 5]
    assert mask_named(items, _covers) == [
        {"name": "DB_PASSWORD", "value": "REDACTED"},
        {"name": "SCENE", "value": "b"},
        {"name": "TOKEN", "value": ""},
        5,
    ]
