# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say which Batch account is read, and how it is reached. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  account_endpoint:
    description:
      - The account's endpoint, as a host name or an C(https) URL, without a path.
      - Plain C(http) is accepted for a loopback address only.
      - If not set, the environment variables E(AZURE_BATCH_ENDPOINT) and E(AZ_BATCH_ACCOUNT_URL) are used, in this order.
    type: str
  account_name:
    description:
      - The name of the Batch account, needed to sign requests with a Shared Key.
      - If not set, the environment variables E(AZURE_BATCH_ACCOUNT) and E(AZ_BATCH_ACCOUNT_NAME) are used, in this order.
        Otherwise it is the first label of O(account_endpoint).
    type: str
    aliases: [batch_account_name]
  api_version:
    description:
      - The version of the Batch service's API, from V(2019-08-01.10.0) to V(2025-06-01).
      - All versions give the same facts. Set an older one for a sovereign cloud that does not support the default yet.
    type: str
    default: "2025-06-01"
  cloud_environment:
    description:
      - The Azure cloud, which decides where to sign in. One of V(AzureCloud), V(AzureUSGovernment) and V(AzureChinaCloud).
        For any other cloud, set O(authority_host) and O(token_scope).
      - If not set, the environment variable E(AZURE_CLOUD_ENVIRONMENT) is used. Otherwise the end of the host name in O(account_endpoint) decides.
    type: str
  timeout:
    description:
      - Seconds that one request may take, from resolving the host name to the last byte of the answer.
        This includes TLS and a tunnel through a proxy. Connecting may take at most 10 of these seconds, for all addresses of the host together.
      - Each attempt to sign in may take the same time, also with the Azure CLI or a managed identity.
      - In a wait, both also end with O(ignore:wait_timeout).
    type: float
    default: 30
  retries:
    description:
      - How often a request is sent again after a connection error or one of the statuses 408, 429, 500, 502, 503 and 504,
        and how often signing in is tried again unless the credential was refused.
      - The pause between two attempts grows and has jitter. A C(Retry-After) is honoured.
      - After a 429 or 503, all requests of the task pause, and then continue at the pace that the service accepts.
      - Until something has answered for the first time, a name that does not resolve or a port that refuses connections is tried only twice, within 3 seconds.
      - V(0) sends each request once.
    type: int
    default: 5
  max_connections:
    description:
      - How many requests may be under way at the same time, V(1) to V(64).
      - A busy service gets no more requests a second than it accepts, however many connections there are.
    type: int
    default: 16
  ca_path:
    description:
      - A file or directory with the certificates of the authorities to trust, in PEM format.
      - It must hold at least one. In a directory, files have the names that C(openssl rehash) gives them.
      - If not set, the certificates that come with the Python library C(requests) are used,
        or those that the environment variable E(REQUESTS_CA_BUNDLE) names.
    type: path
  cert_validation_mode:
    description:
      - With V(ignore), the service's TLS certificate is not checked. Each use prints a warning.
      - If not set, the environment variable E(AZURE_CERT_VALIDATION_MODE) is used, otherwise certificates are checked.
    type: str
    choices: [ignore, validate]
requirements:
  - python >= 3.9
  - requests
"""
