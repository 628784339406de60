# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account of a scenario: its name, its secrets and what it allows."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ScenarioError
from .reader import Reader

# Made up for the simulator; the key is the text "batchops simulator, not a secret" in base64.
DEFAULT_KEY = base64.b64encode(b"batchops simulator, not a secret").decode()
DEFAULT_TENANT = "11111111-2222-3333-4444-555555555555"
DEFAULT_CLIENT_ID = "66666666-7777-8888-9999-000000000000"


@dataclass(frozen=True)
class Account:
    """Who may read, and with which secrets."""

    name: str
    key: str
    allow_shared_key: bool
    access_token: str | None
    tenant: str
    client_id: str
    secret: str
    federated_token: str | None
    users: Mapping[str, str]
    token_lifetime: float
    identities: frozenset[str]
    system_identity: bool
    clock_skew: float


def read_account(reader: Reader | None) -> Account:
    """Read the account; every key has a default."""
    reader = reader or Reader({}, "account")
    account = Account(
        name=reader.text("name", "simulated"),
        key=reader.text("key", DEFAULT_KEY),
        allow_shared_key=reader.boolean("allow_shared_key", True),
        access_token=reader.text("access_token"),
        tenant=reader.text("tenant", DEFAULT_TENANT),
        client_id=reader.text("client_id", DEFAULT_CLIENT_ID),
        secret=reader.text("secret", "simulated-client-secret"),
        federated_token=reader.text("federated_token"),
        users=reader.mapping("users"),
        token_lifetime=reader.number("token_lifetime", 3600),
        identities=frozenset(str(client).lower() for client in reader.items("identities")),
        system_identity=reader.boolean("system_identity", True),
        clock_skew=reader.number("clock_skew", 0),
    )
    reader.finish()
    try:
        base64.b64decode(account.key, validate=True)
    except binascii.Error:
        raise ScenarioError(f"{reader.place('key')} must be base64") from None
    return account
