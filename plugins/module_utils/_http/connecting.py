# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection in bounded time, however long the look-up of its name takes and however many addresses that has."""

from __future__ import annotations

import socket
import time
from typing import Any

from ansible_collections.batchops.azure.plugins.module_utils._base.within import within


def open_socket(host: str, port: int, seconds: float, **options: Any) -> socket.socket:
    """A socket that is connected to one of the host's addresses, in that many seconds for all of them.

    `options` are those of urllib3. Raises gaierror, another OSError, or Overdue for a look-up that takes too long.
    """
    from urllib3.util.connection import create_connection

    ends = time.monotonic() + seconds
    addresses = _addresses(host.strip("[]"), port, seconds)
    problem: OSError = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    for tried, address in enumerate(addresses):
        # A share for each of those that are left: one that is silent leaves time for the next.
        share = (ends - time.monotonic()) / (len(addresses) - tried)
        if share <= 0:
            raise socket.timeout("timed out") from problem
        try:
            return create_connection((address, port), share, **options)
        except OSError as error:
            problem = error
    raise problem


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """Each address once, in the order in which the system prefers them."""
    if _is_address(host):
        return [host]
    # Its module decides on IPv6, and some change that.
    from urllib3.util import connection

    def look_up() -> list[Any]:
        return socket.getaddrinfo(host, port, connection.allowed_gai_family(), socket.SOCK_STREAM)

    try:
        found = within(seconds, look_up)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, f"not a name of a host ({error})") from error
    return list(dict.fromkeys(entry[4][0] for entry in found))


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, UnicodeError):
            continue
        return True
    return False
