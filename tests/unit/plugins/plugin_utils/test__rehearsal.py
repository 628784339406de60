# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run works out once: nothing is sent for it, and it succeeds whatever the environment holds."""

from __future__ import annotations

import logging
import socket

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import property_of
from ansible_collections.batchops.azure.plugins.plugin_utils._rehearsal import rehearse
from ansible_collections.batchops.azure.tests.support.modules import JOBS


def test_it_learns_names_and_connects_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_arguments: object) -> None:
        raise AssertionError("somebody was connected to")

    monkeypatch.setattr(socket.socket, "connect", connect)
    property_of.cache_clear()
    rehearse(JOBS.arguments)
    known = property_of.cache_info()
    property_of("stateTransitionTime")
    assert property_of.cache_info().hits == known.hits + 1


def test_what_others_log_in_the_controller_stays_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("urllib3"), "propagate", True)
    rehearse(JOBS.arguments)
    assert logging.getLogger("urllib3").propagate


@pytest.mark.parametrize(
    "environment",
    [
        {
            "AZURE_BATCH_ENDPOINT": "ftp://elsewhere",
            "AZURE_BATCH_ACCOUNT": "no account!",
            "AZURE_BATCH_ACCESS_KEY": "?",
        },
        {"AZURE_CERT_VALIDATION_MODE": "perhaps", "ANSIBLE_AZURE_AUTH_SOURCE": "somebody"},
        {"AZURE_CLOUD_ENVIRONMENT": "Nowhere", "https_proxy": "http://user:password@", "http_proxy": "http://[::1"},
    ],
)
def test_what_the_environment_has_wrong_is_for_the_tasks_to_say(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    rehearse(JOBS.arguments)
