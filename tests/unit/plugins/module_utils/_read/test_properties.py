# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of facts."""

from __future__ import annotations

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import ENVELOPE, property_of, snake_case


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("id", "id"),
        ("stateTransitionTime", "state_transition_time"),
        ("eTag", "etag"),
        ("vmSize", "vm_size"),
        ("ipAddress", "ip_address"),
        ("ipv6Address", "ipv6_address"),
        ("publicIPAddress", "public_ip_address"),
        ("publicIPs", "public_ips"),
        ("publicFQDN", "public_fqdn"),
        ("nodeAgentSKUId", "node_agent_sku_id"),
        ("userCPUTime", "user_cpu_time"),
        ("avgCPUPercentage", "avg_cpu_percentage"),
        ("readIOps", "read_iops"),
        ("diskReadIOps", "disk_read_iops"),
        ("readIOGiB", "read_io_gib"),
        ("avgMemoryGiB", "avg_memory_gib"),
        ("diskSizeGB", "disk_size_gb"),
        ("dynamicVNetAssignmentScope", "dynamic_vnet_assignment_scope"),
        ("vTpmEnabled", "vtpm_enabled"),
        ("enableAutomaticOSUpgrade", "enable_automatic_os_upgrade"),
        ("inboundNATPools", "inbound_nat_pools"),
        ("jobPreparationTaskExecutionInfo", "job_preparation_task_execution_info"),
        ("taskSlotsPerNode", "task_slots_per_node"),
        ("maxTasksPerNode", "task_slots_per_node"),
        ("somethingOfNextYear", "something_of_next_year"),
    ],
)
def test_names_become_snake_case_and_words_stay_whole(wire: str, name: str) -> None:
    assert snake_case(wire) == name
    assert Facts().of({wire: 1}) == {name: 1}


def test_a_name_of_many_capitals_is_as_quick_as_any_other() -> None:
    assert snake_case("A" * 32_000 + "b").count("_") == 1


@pytest.mark.parametrize(
    "name", ["state", "previousState", "eTag", "accountKey", "commandLine", "taskUrl", "odata.type"]
)
def test_a_fact_says_what_its_property_says(name: str) -> None:
    known = property_of(name)
    assert known.fact in (ENVELOPE, snake_case(name))
    assert known == property_of(known.fact)
