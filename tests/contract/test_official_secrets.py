# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret is masked wherever the service puts one, and what stands around it is kept."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._mask.places import (
    COMMAND,
    SECRETS,
    STRICT_PLACES,
    URL,
    VALUES,
)
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
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


def test_what_is_not_in_the_table_is_shown() -> None:
    """A public key, a thumbprint or the URL of a key is what an operator wants to see."""
    names = {name for _version, _model, name, _schema in properties()}
    assert secret() <= SECRETS
    for redact, hidden in (("strict", set(STRICT_PLACES)), ("patterns", SECRETS)):
        facts = Facts(redact).of(dict.fromkeys(names - hidden, "plain"))
        assert MASK not in facts.values()


# What sounds like a secret or like a place for one, and is none.
_READABLE = frozenset(
    "allowLowPriorityNode authenticationTokenSettings autoUser azureFileShareConfiguration certificateFormat customerManagedKey"
    " exitOptions ephemeralOSDiskSettings key keyUrl multiInstanceSettings nodeUrl proxyAgentSettings publicData"
    " rotationToLatestKeyVersionEnabled sshPublicKey taskRootDirectoryUrl taskUrl uefiSettings uploadOptions url"
    " containerSettings environmentSettings".split()
)
_SUSPICIOUS = re.compile(
    r"password|passphrase|secret|key|sas[A-Z]|token|credential|url$|options$|settings$|headers$|commandLine", re.I
)


def test_every_property_that_may_hold_a_secret_is_in_the_table_or_known_to_hold_none() -> None:
    names = {name for _version, _model, name, _schema in properties() if _SUSPICIOUS.search(name)}
    assert names - set(STRICT_PLACES) - _READABLE == set()


def test_every_property_of_the_table_is_documented() -> None:
    """But for two that old api-versions had."""
    names = {name for _version, _model, name, _schema in properties()}
    assert set(STRICT_PLACES) - names <= {"containerRegistryPassword", "sasToken", "data"}


def test_the_table_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
    table = text.partition("### What `strict` masks")[2].partition("###")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(STRICT_PLACES)


# Not the two lists of a thousand tasks: they take seconds and show nothing that the others do not.
@each(
    exchange
    for exchange in (*recorded_exchanges(), *official_examples())
    if exchange.path_template in MODULE_OF and 0 < len(exchange.items) < 100
)
def test_a_signature_is_masked_in_every_string(server: ReplayServer, exchange: Exchange) -> None:
    """Answers with a signed URL in place of every text: none gets through, and nothing else is lost."""
    signed = replace(exchange, body=_signed(exchange.body, _SIGNATURE))
    for redact in ("strict", "patterns"):
        result = play(server, signed, condition=MODULE_OF[exchange.path_template].strictest, redact=redact)
        assert not [name for name, value in result.items() if _SIGNATURE in json.dumps(value)]
    masked = _signed(exchange.body, MASK)
    facts = [Facts("patterns").of(item) for item in signed.items]
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
    result = json.dumps(play(server, hidden, redact="patterns"))
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


@each(
    exchange
    for exchange in (*recorded_exchanges(), *official_examples())
    if exchange.path_template in MODULE_OF and 0 < len(exchange.items) < 100
)
def test_strict_lets_nothing_through_that_is_in_the_table(server: ReplayServer, exchange: Exchange) -> None:
    """Each value of the table's places becomes a word that looks like any other, and all around it stays."""
    planted = replace(exchange, body=_planted(exchange.body))
    result = play(server, planted, condition=MODULE_OF[exchange.path_template].strictest)
    assert "hunter2" not in json.dumps(result)
    facts, plain = ([Facts(redact).of(item) for item in planted.items] for redact in ("strict", "none"))
    assert [_keys(made) for made in facts] == [_keys(made) for made in plain]


def _planted(body: Any, kind: str | None = None) -> Any:
    if isinstance(body, dict):
        return {
            key: value if kind == VALUES and key == "name" else _planted(value, STRICT_PLACES.get(key, kind))
            for key, value in body.items()
        }
    if isinstance(body, list):
        return [_planted(item, kind) for item in body]
    if kind is None or body in (None, ""):
        return body
    return {COMMAND: "tool hunter2", URL: "https://hunter2@s/c?x=hunter2&sv=hunter2"}.get(kind, "hunter2")


def _keys(made: Any) -> Any:
    if isinstance(made, dict):
        return {key: _keys(value) for key, value in made.items()}
    return [_keys(item) for item in made] if isinstance(made, list) else None
