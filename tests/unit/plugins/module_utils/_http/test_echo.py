# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential that was sent is in nothing that came back, whatever it came back in."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import ReadyToken
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import BatchError
from ansible_collections.batchops.azure.plugins.module_utils._http.echo import without_credential
from ansible_collections.batchops.azure.tests.support.connecting import connect
from ansible_collections.batchops.azure.tests.support.loopback import Answer, Loopback

# Without looks: of a token that was signed in for, nobody else knows that it is one.
TOKEN = "opaque/token+of.nobody"
QUOTED = "opaque%2Ftoken%2Bof.nobody"


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"error": {"code": "X", "message": f"who is {TOKEN}?"}}),
        Answer(f"no JSON {TOKEN}"),
        Answer({"value": [], f"{TOKEN} nextLink": "https://elsewhere.example"}),
        Answer({"value": [], "odata.nextLink": f"https://elsewhere.example/?t={TOKEN}"}),
        Answer({}, 302, {"Location": f"https://elsewhere.example/?t={TOKEN}"}),
        Answer({}, 302, {"Location": f"https://elsewhere.example/?t={QUOTED}"}),
        Answer({}, 403, {"request-id": TOKEN}),
        Answer("x", 200, {"Content-Type": f"text/plain; {TOKEN}"}),
    ],
)
def test_an_answer_that_repeats_a_token_is_told_without_it(service: Loopback, answer: Answer) -> None:
    service.say("/jobs", answer)
    with pytest.raises(BatchError, match="REDACTED") as wrong:
        list(connect(service.url, ReadyToken(TOKEN)).pages(("jobs",)))
    assert not [form for form in (TOKEN, QUOTED) if form in str(wrong.value.as_result())]


@pytest.mark.parametrize(
    ("sent", "body", "left"),
    [
        ("SharedKey account:c2lnbmF0dXJl", "for account: c2lnbmF0dXJl", "for account: REDACTED"),
        ("Bearer short", "short words", "short words"),
        ("Bearer eightlng", "is eightlng", "is REDACTED"),
    ],
)
def test_what_is_too_short_to_be_told_from_words_stays(sent: str, body: str, left: str) -> None:
    headers: dict[str, Any] = {"request-id": body}
    assert without_credential(body.encode(), headers, sent) == (left.encode(), {"request-id": left})
    assert headers == {"request-id": body}
