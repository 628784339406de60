# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which parts make which credential of Entra ID, as a table; what is said where some are missing, and of what is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.batchops.azure.plugins.module_utils._base.errors import OptionError

Parts = Mapping[str, str]


class Kind(NamedTuple):
    """`marks` are parts of which any one shows that this kind is meant, `needs` those without which it cannot sign in."""

    name: str
    marks: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.needs, *self.marks)))

    def is_meant_by(self, parts: Parts) -> bool:
        return any(parts.get(part) for part in self.marks)

    def lacking(self, parts: Parts) -> list[str]:
        return [part for part in self.needs if not parts.get(part)]


# In the order in which they are preferred where one source holds several that are whole.
KINDS = (
    Kind("a service principal's secret", ("secret",), ("client_id", "secret", "tenant")),
    Kind(
        "a service principal's certificate",
        ("x509_certificate_path",),
        ("client_id", "x509_certificate_path", "tenant"),
    ),
    Kind(
        "a federated token (workload identity)",
        ("oidc_token", "oidc_token_file_path"),
        ("client_id", "tenant"),
    ),
    Kind("a user's password", ("ad_user", "password"), ("ad_user", "password")),
)


def whole_kind(parts: Parts) -> Kind | None:
    """What these parts sign in with, as far as one of the kinds is whole."""
    return next((kind for kind in KINDS if kind.is_meant_by(parts) and not kind.lacking(parts)), None)


def shortcomings(parts: Parts) -> str:
    """What each kind that is meant by these parts lacks."""
    return ", ".join(f"{kind.name} without {' and '.join(lacking)}" for kind, lacking in _incomplete(parts))


def refuse_incomplete(parts: Parts) -> None:
    """Raises OptionError where a credential was begun among the options and is not whole."""
    for kind, lacking in _incomplete(parts):
        given = next(part for part in kind.marks if parts.get(part))
        missing = f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} missing"
        raise OptionError(
            given, f"is not enough to sign in with {kind.name}: {missing}; give the rest, or leave {given} out"
        )


def refuse_empty(params: Mapping[str, Any]) -> None:
    """Raises OptionError where the secret of a client_id, of whatever kind, is given and is empty."""
    empty = next((mark for kind in KINDS for mark in kind.marks if params.get(mark) == ""), None)
    if empty:
        raise OptionError(empty, "is empty, so that nobody signs in with client_id; give it, or leave it out")


def described(name: str, source: str, names: list[str], begun: list[str]) -> str:
    """Which credential is used, from where, and what was begun elsewhere and is not used: names only, never a value."""
    words = f"{name} from {source}"
    if names:
        words += f" ({', '.join(names)})"
    return f"{words}; passed over: {'; '.join(begun)}" if begun else words


def _incomplete(parts: Parts) -> list[tuple[Kind, list[str]]]:
    meant = [(kind, kind.lacking(parts)) for kind in KINDS if kind.is_meant_by(parts)]
    return [(kind, lacking) for kind, lacking in meant if lacking]
