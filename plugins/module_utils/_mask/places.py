# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the service's objects hold secrets: the table of `redact: strict`.

The descriptions mark five properties as secret. The others can hold one because a user writes into them what a program needs.
Kept in step with SECURITY.md and the descriptions by tests.
"""

from __future__ import annotations

WHOLE, COMMAND, URL, VALUES, LEAVES = "whole", "command line", "URL", "named values", "values at any depth"

# Masked whole by `patterns` too: nothing else can be in them.
SECRETS = frozenset(
    "accountKey containerRegistryPassword data password protectedSettings sasKey sasToken sshPrivateKey".split()
)

STRICT_PLACES: dict[str, str] = {
    **dict.fromkeys(SECRETS, WHOLE),
    # Options of docker run, mount and blobfuse: --env, password=, and whatever else the program takes.
    **dict.fromkeys(("containerRunOptions", "mountOptions", "blobfuseOptions"), WHOLE),
    **dict.fromkeys(("commandLine", "coordinationCommandLine"), COMMAND),
    **dict.fromkeys(("httpUrl", "containerUrl", "storageContainerUrl", "azureFileUrl", "source", "keyUrl"), URL),
    # Headers of an upload carry keys of encryption and tokens.
    **dict.fromkeys(("environmentSettings", "commonEnvironmentSettings", "uploadHeaders"), VALUES),
    # Of extensions: the public settings, into which commands and keys are written all the same.
    "settings": LEAVES,
}
