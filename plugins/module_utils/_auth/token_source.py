# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a token of Entra ID comes from: azure-identity, in bounded time, and with a sentence where it gives none.

The library takes a tenth of a second to load: it is imported by a call that signs in with it, and by no other.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import Token
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import LibraryError, LoginError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import visible
from ansible_collections.batchops.azure.plugins.module_utils._base.within import Overdue, within
from ansible_collections.batchops.azure.plugins.module_utils._http.breakage import (
    about_proxy,
    causes,
    is_about_proxy,
    nobody_there,
)
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import Cloud, is_loopback, parse_authority
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._mask.words import mask_words

# Names of one sign-in host, and what its regions end in; of another host, only its own regions.
_MICROSOFT = frozenset(("login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "sts.windows.net"))
_REGIONS = ".login.microsoft.com"
# Of the library, and of the one that it is made with.
_LOGS = ("azure", "msal")
# What a provider may repeat when it refuses. Those of the options Ansible masks, those of other sources nobody else.
_SECRET_PARTS = ("secret", "password", "oidc_token")


def identity_library() -> Any:
    """The library, or an error that names it."""
    try:
        from azure import identity
    except ImportError as error:
        raise LibraryError("azure-identity", "to sign in with Entra ID", sys.executable) from error
    for log in map(logging.getLogger, _LOGS):
        if not log.handlers:
            # What they warn of is in the error too. Where nobody listens, Python would print it: whole answers, with tokens in them.
            log.addHandler(logging.NullHandler())
        # Where Ansible keeps a log, it would be written there too, in words that nobody has masked.
        log.propagate = False
    return identity


@dataclass(frozen=True)
class Authority:
    """Where to sign in, and for what: `scope` names the audience of the token, `timeout` are seconds for one attempt."""

    host: str
    scope: str
    verify: bool | str
    instance_discovery: bool
    timeout: float

    def options(self) -> dict[str, Any]:
        return {
            "authority": self.host,
            "disable_instance_discovery": not self.instance_discovery,
            "transport": self._transport(),
            **self.patience(),
            **self._proxies(),
        }

    def patience(self) -> dict[str, Any]:
        """One attempt, without a pause: the client tries again, for it knows the deadline and the retries of a read."""
        return {"connection_timeout": self.timeout, "read_timeout": self.timeout, "retry_total": 0}

    def keep(self, request: Any) -> None:
        """Refuses to send what signs in to another host, whatever the sign-in host says where its tokens are issued."""
        sent = request.http_request
        if sent.method == "POST" and not self._owns(sent.url):
            raise ValueError(f"the sign-in host points to another one, to which no credential is sent: {sent.url}")

    def _owns(self, url: str) -> bool:
        own, other = urlsplit(self.host), urlsplit(url)
        if (own.scheme, own.port or 443) != (other.scheme, other.port or 443):
            return False
        host, name = own.hostname or "", other.hostname or ""
        if host in _MICROSOFT and (name in _MICROSOFT or name.endswith(_REGIONS)):
            return True
        return name == host or name.endswith(f".{host}")

    def _transport(self) -> Any:
        """What the library would make, but for the password that ~/.netrc has for a host: only the credential that was chosen goes there."""
        import requests
        from azure.core.pipeline.transport import RequestsTransport

        session = requests.Session()
        session.auth = lambda request: request
        return RequestsTransport(session=session, connection_verify=self.verify, **self.patience())

    def _proxies(self) -> dict[str, Any]:
        """A loopback host is asked directly, whatever proxies the environment names."""
        return {"proxies": {"no_proxy": self._name}} if is_loopback(self._name) else {}

    def proxy(self) -> str | None:
        """What the environment names as the way to this host."""
        from requests.utils import get_environ_proxies, select_proxy

        return None if is_loopback(self._name) else select_proxy(self.host, get_environ_proxies(self.host))

    @property
    def _name(self) -> str:
        return urlsplit(self.host).hostname or ""


def authority_of(params: Mapping[str, Any], cloud: Cloud, verify: bool | str, environ: Mapping[str, str]) -> Authority:
    """Where the options, the environment or the cloud say that one signs in. Raises OptionError for a host that may get no secrets."""
    host = params.get("authority_host") or environ.get("AZURE_AUTHORITY_HOST") or cloud.authority
    discovery = not params["disable_instance_discovery"]
    return Authority(parse_authority(host), cloud.scope, verify, discovery, params["timeout"])


# What the libraries raise for an answer of another shape than a sign-in host would give.
_MISUNDERSTOOD = (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError)


class _Heard(NamedTuple):
    """What counts of an answer that the library got."""

    status: int
    retry_after: str | None


class Source(ABC):
    """A way to sign in, by the name that it has among the kinds of credentials."""

    name = ""
    # Of an answer, after which it is worth while to ask again.
    passing: frozenset[int] = ServiceError.RETRIED

    def __init__(self, parts: Mapping[str, str], where: str, authority: Authority) -> None:
        self.parts = parts
        self.where = where
        self.authority = authority
        # Filled by the choice of the source, for the message when signing in fails.
        self.passed_over: list[str] = []
        self._credential: Any = None
        self._heard: list[_Heard] = []

    @abstractmethod
    def credential(self, seconds: float) -> Any:
        """The library's object that asks for tokens. `seconds` are what is left of the time to do so."""

    def secrets(self) -> list[str]:
        """What it sends that a provider may repeat, when it refuses."""
        return [self.parts[part] for part in _SECRET_PARTS if self.parts.get(part)]

    def keep(self, request: Any) -> None:
        """Refuses to send it to another host than the one to sign in at."""
        self.authority.keep(request)

    def listening(self) -> dict[str, Any]:
        """An option of the library: what its errors keep of an answer differs from one way to sign in to the other."""
        # A list of its own: what was given up may still be answered.
        heard = self._heard = []

        def note(response: Any) -> None:
            answer = response.http_response
            heard.append(_Heard(answer.status_code, answer.headers.get("Retry-After")))

        return {"raw_response_hook": note, "raw_request_hook": self.keep}

    def identity(self) -> str:
        """As text that two identities never share. Where to sign in, for what, and whether that is verified are part of it."""
        authority = self.authority
        where = [authority.host, authority.scope, authority.verify, authority.instance_discovery]
        return json.dumps([self.name, sorted(self.parts.items()), where, self.surroundings()])

    def surroundings(self) -> list[str]:
        """What decides beside the parts whose token it is: what is in files, and the environment."""
        return []

    def drop(self, text: str) -> None:
        # A credential keeps its tokens, so one that was refused needs a new credential.
        self._credential = None

    def fetch(self, seconds: float) -> Token:
        """A token, within so many seconds. Raises LibraryError too.

        A time-out of the library is for each read from a socket, and it knows no deadline: this waits in its place.
        """
        identity_library()
        from azure.core.exceptions import AzureError

        # It keeps its failures too, for a minute. One that has taken too long may still be at it.
        kept, self._credential = self._credential, None
        self._heard.clear()
        now = time.time()
        try:
            kept, token = within(seconds, lambda: self._asked(kept, seconds))
        except (Overdue, AzureError, ValueError, OSError, TypeError, LookupError, AttributeError) as error:
            # The last three are what the libraries raise for answers and files of another shape than they expect.
            raise self._problem(error, seconds) from error
        self._credential = kept
        return Token(token.token, now, token.expires_on)

    def _asked(self, kept: Any, seconds: float) -> tuple[Any, Any]:
        credential = kept or self.credential(seconds)
        return credential, credential.get_token(self.authority.scope)

    def _problem(self, error: Exception, seconds: float) -> LoginError:
        made_of = list(causes(error))
        host, proxy = self.authority.host, self.authority.proxy()
        # The library stumbles with a TypeError over a password without a host.
        stumbled = any(isinstance(cause, TypeError) for cause in made_of)
        if proxy and ((proxy.endswith("@") and stumbled) or is_about_proxy(made_of, host)):
            return LoginError(self._failed(about_proxy(host)))
        if any(map(_is_overdue, made_of)):
            problem = LoginError(self._sentence(f"no answer within {round(seconds, 3):g} s"))
            problem.allowed = seconds
            problem.transient = True
            return problem
        problem = LoginError(self._sentence(str(error).strip() or type(error).__name__))
        if any(type(cause) in _MISUNDERSTOOD for cause in made_of):
            problem.adds(" (what answered is not understood; it may not be a sign-in host)")
        last = self._heard[-1] if self._heard else _Heard(0, None)
        if last.status in self.passing:
            # The library tells only what it did not understand of such an answer.
            problem.adds(f" (the answer had status {last.status})")
        problem.transient = last.status in self.passing or _may_pass(made_of)
        problem.retry_after = last.retry_after
        problem.absent = nobody_there(error)
        return problem

    def _sentence(self, words: str) -> str:
        # The provider's code is in one of the lines; the others are its trace, or warnings before it.
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        text = next((line for line in lines if "AADSTS" in line), lines[0])
        return self._failed(mask_words(self._without_secrets(visible(text))))

    def _failed(self, why: str) -> str:
        passed_over = f". Passed over: {'; '.join(self.passed_over)}" if self.passed_over else ""
        return f"Signing in with {self.name} from {self.where} failed: {why}{passed_over}"

    def _without_secrets(self, words: str) -> str:
        for secret in self.secrets():
            for form in (secret, quote(secret, safe="")):
                words = words.replace(form, MASK)
        return words


def _is_overdue(cause: BaseException) -> bool:
    """Whether time was over, by our clock or by that of a library, which may be first by a hair."""
    return isinstance(cause, (Overdue, TimeoutError, subprocess.TimeoutExpired)) or "Timeout" in type(cause).__name__


def _may_pass(made_of: list[BaseException]) -> bool:
    """Whether nobody has refused: the sign-in host was not reached, was busy, or something else answered in its place."""
    from azure.core.exceptions import DecodeError, ServiceRequestError, ServiceResponseError
    from msal.exceptions import MsalServiceError

    # The library says of everything that authentication failed; why is in the cause. A refusal has none.
    kinds = (DecodeError, MsalServiceError, ServiceRequestError, ServiceResponseError)
    return any(isinstance(cause, kinds) for cause in made_of)
