# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret is masked wherever the service puts one, and what stands around it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._redact import MASK
from ansible_collections.batchops.azure.tests.contract.fact_shape import losses
from ansible_collections.batchops.azure.tests.contract.official_models import enumerated, properties, secret
from ansible_collections.batchops.azure.tests.contract.play import MODULE_OF, play
from ansible_collections.batchops.azure.tests.contract.replay_server import ReplayServer
from ansible_collections.batchops.azure.tests.contract.shared_data import (
    Exchange,
    each,
    needs_shared,
    official_examples,
    recorded_exchanges,
)

pytestmark = needs_shared

_SIGNATURE = "pl%2BANTED%2Fsignature%3D"
_SECRET_VARIABLES = [
    {"name": name, "value": "hunter2"}
    for name in ("DB_PASSWORD", "AZURE_CLIENT_SECRET", "apiKey", "STORAGE_CONNECTION_STRING", "GH_TOKEN")
]
# Ids name what is read, and a code is a word of the service's.
_WORDS = frozenset(("id", "nodeId", "poolId", "code"))


def test_every_property_that_is_documented_as_a_secret_is_masked() -> None:
    assert secret() == {"accountKey", "password", "protectedSettings", "sasKey", "sshPrivateKey"}
    for value in ("a secret", {"key": "a secret"}, ["a secret"]):
        facts = Facts(redact="strict").of({"outer": [dict.fromkeys(secret(), value)], "id": "kept"})
        assert "a secret" not in json.dumps(facts)
        assert facts["id"] == "kept"
        assert all(masked == MASK for masked in facts["outer"][0].values())


def test_what_is_not_documented_as_a_secret_is_shown() -> None:
    """A public key, a thumbprint or the URL of a key is what an operator wants to see."""
    shown = {name for _version, _model, name, _schema in properties()} - secret()
    facts = Facts(redact="strict").of(dict.fromkeys(shown, "plain"))
    assert MASK not in facts.values()


# Not the two lists of a thousand tasks: they take seconds and show nothing that the others do not.
@each(
    exchange
    for exchange in (*recorded_exchanges(), *official_examples())
    if exchange.path_template in MODULE_OF and 0 < len(exchange.items) < 100
)
def test_a_signature_is_masked_in_every_string(server: ReplayServer, exchange: Exchange) -> None:
    """Answers with a signed URL in place of every text: none gets through, and nothing else is lost."""
    signed = replace(exchange, body=_signed(exchange.body, _SIGNATURE))
    result = play(server, signed, condition=MODULE_OF[exchange.path_template].strictest)
    assert not [name for name, value in result.items() if _SIGNATURE in json.dumps(value)]
    masked = _signed(exchange.body, MASK)
    facts = [Facts(redact="strict").of(item) for item in signed.items]
    wires = masked["value"] if exchange.is_list else [masked]
    assert not [loss for wire, made in zip(wires, facts) for loss in losses(wire, made)]


def _signed(body: Any, signature: str, name: str = "") -> Any:
    """The same body, in which each text is a signed URL."""
    if isinstance(body, dict):
        return {
            key: value if key.startswith("odata.") else _signed(value, signature, key) for key, value in body.items()
        }
    if isinstance(body, list):
        return [_signed(item, signature, name) for item in body]
    if not isinstance(body, str) or name in _WORDS or name in enumerated():
        return body
    return f"https://{name}.blob.core.windows.net/?sv=2020-08-04&sig={signature}&se=2031-01-01"


@each(
    exchange
    for exchange in recorded_exchanges()
    if exchange.path_template in MODULE_OF and "nvironmentSettings" in str(exchange.body)
)
def test_environment_values_are_masked_by_their_names(server: ReplayServer, exchange: Exchange) -> None:
    """Beside the recorded variables, which are shown."""
    hidden = replace(exchange, body=_with_variables(exchange.body))
    result = json.dumps(play(server, hidden))
    plain = json.dumps(play(server, hidden, redact="none"))
    assert "hunter2" not in result
    assert result == plain.replace("hunter2", MASK)
    assert plain.count("hunter2") == json.dumps(hidden.body).count("hunter2") > 0


def _with_variables(body: Any, name: str = "") -> Any:
    """Every list of environment variables, and a few more whose names tell what they hold."""
    if isinstance(body, dict):
        return {key: _with_variables(value, key) for key, value in body.items()}
    if isinstance(body, list):
        more = _SECRET_VARIABLES if name in ("environmentSettings", "commonEnvironmentSettings") else []
        return [*(_with_variables(item) for item in body), *more]
    return body
