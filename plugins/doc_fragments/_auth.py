# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that say who reads. Private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
---
options:
  auth_source:
    description:
      - Where the credential comes from.
      - V(auto) uses the first place that holds a complete credential. The order is options, O(profile), environment, credentials file,
        Azure CLI. Parts from different places are never combined. In each place, a Shared Key comes before an access token, and that before Entra ID.
        A managed identity is used only on request, with V(msi).
      - With V(auto), an incomplete credential among the options is refused, whatever other places hold.
        O(client_id), O(tenant) and O(thumbprint) alone do not count as one. O(client_id) with an empty secret, certificate, password or token does.
      - With C(-v), one line says which credential is used, and from which place.
      - V(shared_key) signs with O(account_key), or with the environment variable E(AZURE_BATCH_ACCESS_KEY). Other credentials are ignored.
      - V(access_token) sends O(access_token). Other credentials are ignored.
      - V(env) uses only the environment variables.
      - V(credential_file) uses only the O(profile) of C(~/.azure/credentials).
      - V(cli) asks the Azure CLI for a token, as the user who has run C(az login).
      - V(msi) uses the managed identity of the machine, or the user-assigned one that O(client_id) names. In a Kubernetes pod with
        a workload identity, it uses the pod's federated token.
      - If not set, the environment variable E(ANSIBLE_AZURE_AUTH_SOURCE) is used.
    type: str
    choices: [auto, shared_key, access_token, env, credential_file, cli, msi]
    default: auto
  account_key:
    description:
      - The primary or secondary key of the Batch account, in base64. Environment variable E(AZURE_BATCH_ACCESS_KEY).
      - A key grants full access to the account. For least privilege, use Entra ID with a role that only reads.
    type: str
  access_token:
    description:
      - An Entra ID token for the Batch service, as C(az account get-access-token --resource https://batch.core.windows.net/) prints it.
      - It is used as it is and cannot be renewed. A wait that lasts longer than the token fails.
    type: str
  client_id:
    description:
      - The application id of a service principal, or the client id of a user-assigned managed identity.
      - Environment variable E(AZURE_CLIENT_ID).
    type: str
  secret:
    description:
      - The secret of the service principal O(client_id). Environment variables E(AZURE_SECRET) and E(AZURE_CLIENT_SECRET).
    type: str
    aliases: [client_secret]
  tenant:
    description:
      - The Entra ID tenant, as an id or a domain. Environment variables E(AZURE_TENANT) and E(AZURE_TENANT_ID).
    type: str
    aliases: [tenant_id]
  ad_user:
    description:
      - A user of Entra ID, with O(password). Not for users who need a second factor.
      - Environment variables E(AZURE_AD_USER) and E(AZURE_USERNAME).
    type: str
  password:
    description:
      - The password of O(ad_user). Environment variable E(AZURE_PASSWORD).
    type: str
  x509_certificate_path:
    description:
      - A PEM file with the certificate of the service principal O(client_id) and its private key.
      - Environment variables E(AZURE_X509_CERTIFICATE_PATH) and E(AZURE_CLIENT_CERTIFICATE_PATH).
    type: path
  thumbprint:
    description:
      - The SHA-1 thumbprint of the certificate in O(x509_certificate_path). If set, it is compared. Environment variable E(AZURE_THUMBPRINT).
    type: str
  oidc_token:
    description:
      - A token of another identity provider, which is exchanged for one of the service principal O(client_id) (workload identity).
    type: str
  oidc_token_file_path:
    description:
      - A file with such a token. It is read again for every exchange. Environment variable E(AZURE_FEDERATED_TOKEN_FILE).
    type: path
  profile:
    description:
      - The section of C(~/.azure/credentials) to use. Environment variable E(AZURE_PROFILE), otherwise V(default).
      - A section that this option names takes precedence over the environment, and must hold a complete credential.
    type: str
  authority_host:
    description:
      - The sign-in host, for a cloud that O(cloud_environment) does not know. Environment variable E(AZURE_AUTHORITY_HOST).
    type: str
  token_scope:
    description:
      - The scope of the token, for such a cloud. For example V(https://batch.core.windows.net//.default), with two slashes in the middle.
    type: str
  disable_instance_discovery:
    description:
      - Whether to skip checking the sign-in host with Microsoft's public cloud. Private clouds need V(true).
    type: bool
    default: false
  token_cache:
    description:
      - Whether the tasks of one run of Ansible share their Entra ID tokens, so that a run signs in once with each identity.
      - Tokens are stored in the temporary folder that Ansible makes on the controller for this run and removes at its end. They are
        encrypted with a key of this run that is never written to disk.
      - It has no effect with an account key or an access token, nor if the task runs as a module, which signs in by itself.
    type: bool
    default: true
  subscription_id:
    description:
      - Ignored. Accepted so that C(module_defaults) can be shared with azure.azcollection.
    type: str
  api_profile:
    description:
      - Ignored, like O(subscription_id).
    type: str
  adfs_authority_url:
    description:
      - Ignored, like O(subscription_id).
    type: str
  log_mode:
    description:
      - Ignored, like O(subscription_id).
    type: str
  log_path:
    description:
      - Ignored, like O(subscription_id).
    type: str
requirements:
  - azure-identity, to sign in with Entra ID
"""
