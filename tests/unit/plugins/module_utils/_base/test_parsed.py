# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No object says two things under one name, however it is written, and whether names are counted or asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._base import parsed as file
from ansible_collections.batchops.azure.plugins.module_utils._base.counted import _Commas
from ansible_collections.batchops.azure.plugins.module_utils._base.parsed import parsed
from hypothesis import example, given, settings
from hypothesis import strategies as st

THOROUGH = settings(database=None, deadline=None, max_examples=400, derandomize=True)
# As they stand in the text: two of them are `a`, and some hold what stands between names too.
NAMES = ["a", "\\u0061", "b", "value", "a,b", "[", "]", ":", '\\"', "\\\\", "", "ü"]
SPACE = st.sampled_from(["", "", "", " ", "\n\t"])
PAGE = {"value": [{"id": f"task-{number}", "executionInfo": {"exitCode": 0}, "none": {}} for number in range(3)]}


def _joined(opening: str, closing: str, parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda some, space: opening + space + f"{space},{space}".join(some) + space + closing,
        st.lists(parts, max_size=4),
        SPACE,
    )


def _object(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    member = st.builds(
        lambda name, space, value: f'"{name}"{space}:{space}{value}', st.sampled_from(NAMES), SPACE, values
    )
    return _joined("{", "}", member)


def _page(objects: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The list of a page, alone or beside what stands there under the same name or another."""
    items = _joined("[", "]", objects)
    return st.builds(
        lambda listed, more: f'{{"value":{listed}{more}}}',
        items,
        st.sampled_from(["", ',"odata.nextLink":"https://a?b=c,d"', ',"value":{}', ',"value":null', ',"a":1,"a":2']),
    )


LEAVES = st.sampled_from(["0", "1.5", "null", "true", *(f'"{name}"' for name in NAMES)])
OBJECTS = st.recursive(LEAVES, lambda inner: _object(inner) | _joined("[", "]", inner), max_leaves=12)
WITHOUT_LISTS = st.recursive(LEAVES, _object, max_leaves=12)


def says_twice(text: str) -> bool:
    """By the pairs of each object, which Python tells in the order in which they are written."""
    twice: list[bool] = []
    json.loads(text, object_pairs_hook=lambda pairs: twice.append(len({name for name, _value in pairs}) < len(pairs)))
    return any(twice)


@THOROUGH
@given(OBJECTS | _page(_object(WITHOUT_LISTS)) | _page(OBJECTS))
@example('{"value":[{"a":1,"\\u0061":2},{"b":","}]}')
@example('{"value":[1,2],"value":{}}')
@example('{"value":{},"value":[1,2]}')
@example('{"a":{"a":1,"a":2,"b":",,"}}')
@example('{"a":{"value":[1,2,3]},"b":1,"b":2}')
@example('{"value":[{"a":[{"b":1},{"b":1}],"a":"x"},{"a":"},{"}]}')
@example('{"a":[{"b":1},{"b":1}],"a":[{"b":1},{"b":1,"b":1}]}')
def test_it_is_refused_if_a_name_stands_twice_in_an_object_and_only_then(text: str) -> None:
    for large in (0, len(text) + 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(file, "_LARGE", large)
            patch.setattr(_Commas, "in_texts", False)
            if says_twice(text):
                with pytest.raises(ValueError, match="a name stands twice in one object"):
                    parsed(text.encode())
            else:
                assert parsed(text.encode()) == json.loads(text)


@pytest.mark.parametrize("large", [0, 1_000_000])
@pytest.mark.parametrize("more", [{"text": "a, b"}, {"list": [1, 2]}, {"text": "["}])
def test_objects_are_asked_one_by_one_where_counting_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], large: int
) -> None:
    monkeypatch.setattr(file, "_LARGE", large)
    body = {**PAGE, **more}
    assert parsed(json.dumps(body).encode()) == body
    with pytest.raises(ValueError, match="a name stands twice"):
        parsed(json.dumps(body).replace('"none"', '"id"').encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-le"])
def test_it_may_be_written_in_any_unicode(encoding: str) -> None:
    assert parsed('{"id": "ü"}'.encode(encoding)) == {"id": "ü"}
    with pytest.raises(ValueError, match="a name stands twice"):
        parsed('{"id": "ü", "id": "u"}'.encode(encoding))


@pytest.mark.parametrize("large", [0, 1_000_000])
@pytest.mark.parametrize("listed", ["", ', "b": [[]]'])
@pytest.mark.parametrize(
    ("number", "why"),
    [("NaN", "NaN is no number"), ("-Infinity", "-Infinity is no number"), ("1e999", "a number is too large")],
)
def test_what_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, number: str, why: str, listed: str, large: int
) -> None:
    monkeypatch.setattr(file, "_LARGE", large)
    with pytest.raises(ValueError, match=f"^{why}$"):
        parsed(f'{{"a": {number}{listed}}}'.encode())
