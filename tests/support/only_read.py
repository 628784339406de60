# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resource as a module without conditions has it: the shape that the code must bear, whichever resources there are today."""

from __future__ import annotations

from ansible_collections.batchops.azure.plugins.module_utils._jobs.reader import JobReader
from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
from ansible_collections.batchops.azure.plugins.module_utils._read.spec import FACTS, Arguments, ids, one_or_many

ONLY_READ = Resource(
    name="listed",
    module="batch_listed_info",
    arguments=Arguments({**FACTS, **ids("job")}, mutually_exclusive=one_or_many("job")),
    reader=JobReader,
)
