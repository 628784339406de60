# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules, as argument specifications.

Documented in doc_fragments; a test keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible.module_utils.basic import env_fallback

Spec = dict[str, dict[str, Any]]

ACCOUNT: Spec = {
    "account_endpoint": {"type": "str", "fallback": (env_fallback, ["AZURE_BATCH_ENDPOINT", "AZ_BATCH_ACCOUNT_URL"])},
    "account_name": {
        "type": "str",
        "aliases": ["batch_account_name"],
        "fallback": (env_fallback, ["AZURE_BATCH_ACCOUNT", "AZ_BATCH_ACCOUNT_NAME"]),
    },
    "api_version": {"type": "str", "default": "2025-06-01"},
    "cloud_environment": {"type": "str", "fallback": (env_fallback, ["AZURE_CLOUD_ENVIRONMENT"])},
    "timeout": {"type": "float", "default": 30},
    "retries": {"type": "int", "default": 5},
    "max_connections": {"type": "int", "default": 16},
    "ca_path": {"type": "path"},
    "cert_validation_mode": {
        "type": "str",
        "choices": ["ignore", "validate"],
        "fallback": (env_fallback, ["AZURE_CERT_VALIDATION_MODE"]),
    },
}

AUTH: Spec = {
    "auth_source": {
        "type": "str",
        "choices": ["auto", "shared_key", "access_token", "env", "credential_file", "cli", "msi"],
        "default": "auto",
        "fallback": (env_fallback, ["ANSIBLE_AZURE_AUTH_SOURCE"]),
    },
    "account_key": {"type": "str", "no_log": True},
    "access_token": {"type": "str", "no_log": True},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "aliases": ["client_secret"], "no_log": True},
    "tenant": {"type": "str", "aliases": ["tenant_id"]},
    "ad_user": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "x509_certificate_path": {"type": "path"},
    "thumbprint": {"type": "str"},
    "oidc_token": {"type": "str", "no_log": True},
    "oidc_token_file_path": {"type": "path"},
    "profile": {"type": "str"},
    "authority_host": {"type": "str"},
    "token_scope": {"type": "str", "no_log": False},
    "disable_instance_discovery": {"type": "bool", "default": False},
    "token_cache": {"type": "bool", "default": True, "no_log": False},
}

# Options of azure.azcollection that mean nothing here, so that one block of module_defaults serves both collections.
IGNORED: Spec = {
    "subscription_id": {"type": "str"},
    "api_profile": {"type": "str"},
    "adfs_authority_url": {"type": "str"},
    "log_mode": {"type": "str"},
    "log_path": {"type": "str"},
}

READ: Spec = {
    "filter": {"type": "str"},
    "select": {"type": "list", "elements": "str"},
    "limit": {"type": "int"},
    "page_size": {"type": "int"},
    "details": {"type": "str", "choices": ["full", "summary"], "default": "full"},
    "query": {"type": "str"},
    "redact": {"type": "str", "choices": ["strict", "patterns", "none"], "default": "strict"},
    "missing_ok": {"type": "bool", "default": False},
}

EXPAND: Spec = {"expand": {"type": "str", "choices": ["stats"]}}

EXPRESSION: Spec = {"expression": {"type": "str"}}

WAIT: Spec = {
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "float", "default": 600},
    "wait_sleep": {"type": "float", "default": 15, "aliases": ["wait_interval", "wait_delay"]},
    "stall_timeout": {"type": "float"},
    "fail_fast": {"type": "bool", "default": True},
    "diagnostics": {"type": "bool", "default": False},
    "progress": {"type": "bool", "default": True},
}

NODE_COUNTS: Spec = {
    "min_nodes": {"type": "int"},
    "expected_nodes": {"type": "list", "elements": "str"},
    "max_failed_nodes": {"type": "int", "default": 0},
}


def condition(*names: str) -> Spec:
    return {"condition": {"type": "str", "choices": list(names)}}


def ids(*names: str) -> Spec:
    spec: Spec = {}
    for name in names:
        spec[f"{name}_id"] = {"type": "str"}
        spec[f"{name}_ids"] = {"type": "list", "elements": "str"}
    return spec


class Arguments(NamedTuple):
    """What AnsibleModule takes. `spec` reads as a sentence of the pieces above.

    Like every class that each task needs, no dataclass: to make one of those takes five times as long, at every task.
    """

    spec: Spec
    mutually_exclusive: tuple[tuple[str, str], ...] = ()
    required_one_of: tuple[tuple[str, str], ...] = ()
    required_by: Mapping[str, str] = {}

    def for_module(self) -> dict[str, Any]:
        return {
            "argument_spec": self.spec,
            "mutually_exclusive": list(self.mutually_exclusive),
            "required_one_of": list(self.required_one_of),
            "required_by": dict(self.required_by),
            "supports_check_mode": True,
        }


# What all resources have in common, and, of those that are judged and waited for, the rest.
FACTS: Spec = {**ACCOUNT, **AUTH, **IGNORED, **READ}
COMMON: Spec = {**FACTS, **EXPRESSION, **WAIT}


def one_or_many(*names: str) -> tuple[tuple[str, str], ...]:
    """The options with a singular and a plural name, of which only one can be given."""
    return tuple((f"{name}_id", f"{name}_ids") for name in names)
