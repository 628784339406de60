# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the simulator that signs its requests and sends them byte for byte as given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

import requests
from ansible_collections.batchops.azure.tests.simulator import Simulator
from ansible_collections.batchops.azure.tests.simulator.auth.shared_key import sign, string_to_sign

VERSION = "2025-06-01"


class Asking:
    """Asks one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = simulator.ca_path or True

    def get(
        self, path: str, query: str = "", headers: Mapping[str, str] | None = None, **options: Any
    ) -> requests.Response:
        """Read a path with a query, at the newest version unless the query names one."""
        if "api-version" not in query:
            query = f"api-version={VERSION}&{query}".rstrip("&")
        return self.url(f"{self.simulator.url}{path}?{query}", headers, **options)

    def url(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        key: str | None = None,
        signed: bool = True,
        **options: Any,
    ) -> requests.Response:
        """Request a URL, such as a nextLink, as it stands."""
        prepared = self._session.prepare_request(requests.Request(method, url, headers=dict(headers or {})))
        prepared.url = url
        if signed:
            prepared.headers.setdefault("ocp-date", formatdate(usegmt=True))
            named = {name.lower(): value for name, value in prepared.headers.items()}
            parts = urlsplit(url)
            text = string_to_sign(method, self.simulator.account, parts.path, parts.query, named)
            signature = sign(key or self.simulator.key, text)
            prepared.headers["Authorization"] = f"SharedKey {self.simulator.account}:{signature}"
        settings = {"timeout": 10, "allow_redirects": False, **options}
        return self._session.send(prepared, verify=self._session.verify, **settings)

    def json(self, path: str, query: str = "") -> Any:
        """Read a body that must be there."""
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, path: str, query: str = "", name: str = "id") -> list[str]:
        """Read all pages of a list and return the ids in it."""
        return [item[name] for item in self.items(path, query)]

    def items(self, path: str, query: str = "") -> list[dict[str, Any]]:
        """Read all pages of a list."""
        return [item for page in self.pages(path, query) for item in page["value"]]

    def pages(self, path: str, query: str = "") -> list[dict[str, Any]]:
        """Follow a list to its end."""
        answers = [self.json(path, query)]
        while "odata.nextLink" in answers[-1]:
            answer = self.url(answers[-1]["odata.nextLink"])
            assert answer.status_code == 200, answer.text
            answers.append(answer.json())
        return answers

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


# Starts a simulator of a scenario and returns what asks it.
Play = Callable[..., Asking]


def refusal(answer: requests.Response) -> tuple[int, str, dict[str, str]]:
    """Return status, code and values of an error."""
    body = answer.json()
    return answer.status_code, body["code"], {item["key"]: item["value"] for item in body.get("values", [])}
