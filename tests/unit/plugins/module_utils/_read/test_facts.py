# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts: names, what is the user's own, what one rollout of the service spells differently, and where secrets stand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.properties import snake_case

SIGNED = "https://store.blob.core.windows.net/c/f?sv=2021-01-01&sr=c&sig=aGVsbG8%3D&se=2025-01-17"
MASKED = f"https://store.blob.core.windows.net/c/f?sv=2021-01-01&sr=c&sig={MASK}&se=2025-01-17"


def facts(**wire: Any) -> dict[str, Any]:
    return Facts().of(wire)


def test_names_are_changed_at_every_depth() -> None:
    wire = {"poolInfo": {"autoPoolSpecification": {"startTask": {"resourceFiles": [{"filePath": "a"}]}}}}
    assert Facts().of(wire) == {
        "pool_info": {"auto_pool_specification": {"start_task": {"resource_files": [{"file_path": "a"}]}}}
    }


def test_annotations_of_the_envelope_are_left_out_at_every_depth() -> None:
    wire = {"odata.metadata": "x", "id": "a", "stats": {"odata.type": "x", "url": "u"}, "list": [{"odata.id": "x"}]}
    assert Facts().of(wire) == {"id": "a", "stats": {"url": "u"}, "list": [{}]}


@pytest.mark.parametrize("value", [None, True, 0, 1.5, [], {}, [1, "a"], "", "2025-01-17T00:00:00.1234567Z"])
def test_values_pass_unchanged(value: Any) -> None:
    assert facts(somethingNew=value) == {"something_new": value}


def test_metadata_is_the_users_own() -> None:
    metadata = [
        {"name": "costCenter", "value": "Team A"},
        {"name": "MixedCase.Name", "value": "MixedCase.Value"},
        {"name": "password", "value": "see the wiki"},
        {"name": "state", "value": "ACTIVE"},
    ]
    assert facts(metadata=metadata) == {"metadata": metadata}


def test_names_of_environment_settings_are_the_users_own() -> None:
    settings = [{"name": "myCamelCase", "value": "Value"}, {"name": "PATH_TO", "value": "/Mnt"}, {"name": "STATE"}]
    assert Facts("patterns").of({"environmentSettings": settings}) == {"environment_settings": settings}


@pytest.mark.parametrize("name", ["resourceTags", "tags", "settings"])
def test_keys_that_the_user_chose_stay_as_they_are(name: str) -> None:
    chosen = {"costCenter": "A", "MixedCase": {"innerKey": [{"deepKey": 1}]}, "odata.x": "kept", "state": "ACTIVE"}
    assert Facts("none").of({name: chosen}) == {snake_case(name): chosen}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "Completed"),
        ("previousState", "Active"),
        ("result", "Failure"),
        ("previousResult", "Success"),
        ("category", "UserError"),
        ("schedulingState", "Enabled"),
        ("allocationState", "Steady"),
        ("onAllTasksComplete", "NoAction"),
        ("onTaskFailure", "PerformExitOptionsJobAction"),
        ("nodeFillType", "Spread"),
        ("elevationLevel", "NonAdmin"),
        ("scope", "Pool"),
        ("jobAction", "None"),
        ("dependencyAction", "Block"),
        ("uploadCondition", "TaskCompletion"),
    ],
)
def test_enumerated_values_are_lower_case_whatever_rollout_sent_them(name: str, value: str) -> None:
    assert Facts().of({"info": {name: value}}) == {"info": {snake_case(name): value.lower()}}


@pytest.mark.parametrize("name", ["code", "displayName", "vmSize", "poolLifetimeOption", "id", "message"])
def test_other_values_keep_their_case(name: str) -> None:
    assert Facts().of({name: "MixedCase"}) == {snake_case(name): "MixedCase"}


@pytest.mark.parametrize(
    "name", "accountKey containerRegistryPassword password protectedSettings sasKey sasToken sshPrivateKey".split()
)
@pytest.mark.parametrize("value", ["hunter2", {"key": "hunter2"}, ["hunter2"]])
def test_a_property_that_is_a_secret_is_masked_whole(name: str, value: Any) -> None:
    assert Facts().of({"outer": [{name: value}]}) == {"outer": [{snake_case(name): MASK}]}
    assert Facts(redact="none").of({name: value}) != {snake_case(name): MASK}


def test_a_secret_that_is_not_set_is_shown_as_not_set() -> None:
    assert facts(password=None) == {"password": None}


@pytest.mark.parametrize(
    "wire",
    [
        {"resourceFiles": [{"httpUrl": SIGNED}]},
        {"outputFiles": [{"destination": {"container": {"containerUrl": SIGNED}}}]},
        {"environmentSettings": [{"name": "INPUT", "value": SIGNED}]},
        {"commonEnvironmentSettings": [{"name": "INPUT", "value": SIGNED}]},
        {"commandLine": f"curl '{SIGNED}'"},
        {"startTask": {"commandLine": f"curl {SIGNED}"}},
        {"failureInfo": {"message": SIGNED, "details": [{"name": "FilePath", "value": SIGNED}]}},
        {"metadata": [{"name": "input", "value": SIGNED}]},
        {"somethingNew": [[SIGNED]]},
        {"tags": {"input": [{"url": SIGNED}]}},
    ],
    ids=lambda wire: next(iter(wire)),
)
def test_a_signature_is_masked_wherever_it_stands_and_the_rest_stays_readable(wire: dict[str, Any]) -> None:
    text = str(Facts("patterns").of(wire))
    assert "aGVsbG8" not in text
    assert MASKED in text
    assert "aGVsbG8" not in str(Facts("strict").of(wire))
    assert SIGNED in str(Facts(redact="none").of(wire))


@pytest.mark.parametrize("property_name", ["environmentSettings", "commonEnvironmentSettings", "details"])
@pytest.mark.parametrize("name", ["DB_PASSWORD", "API_KEY", "AZURE_CLIENT_SECRET", "SAS_TOKEN", "ConnectionString"])
def test_the_value_of_a_name_that_tells_of_a_credential_is_masked(property_name: str, name: str) -> None:
    settings = [{"name": name, "value": "hunter2"}, {"name": "HOME", "value": "/root"}]
    masked = [{"name": name, "value": MASK}, {"name": "HOME", "value": "/root"}]
    assert Facts("patterns").of({property_name: settings}) == {snake_case(property_name): masked}
    assert Facts(redact="none").of({property_name: settings}) == {snake_case(property_name): settings}


def test_the_wire_is_not_changed() -> None:
    wire = {"environmentSettings": [{"name": "DB_PASSWORD", "value": "hunter2"}], "state": "Active"}
    Facts().of(wire)
    assert wire == {"environmentSettings": [{"name": "DB_PASSWORD", "value": "hunter2"}], "state": "Active"}


def test_a_secret_among_the_users_own_keys_is_masked() -> None:
    wire = {"settings": {"storage": {"accountKey": "hunter2", "fileUris": ["https://x/f"]}}}
    masked = {"settings": {"storage": {"accountKey": MASK, "fileUris": ["https://x/f"]}}}
    assert Facts("patterns").of(wire) == masked
    assert Facts(redact="none").of(wire) == wire


@pytest.mark.parametrize(
    "wire",
    [
        {"id": "sched:job-1"},
        {"id": "secret-rotation:job-1"},
        {"id": "assign-token:job-1"},
        {"id": "token-refresh:job-12", "url": "https://a.r.batch.azure.com/jobs/token-refresh:job-12"},
        {"id": "tvm-1695681911_1-20250117t000000z-p"},
        {"affinityId": "TVM:tvm-1695681911_1-20250117t000000z"},
        {"displayName": "rotate the key of the store"},
        {"eTag": "0x8D4EDFEBFADF4AB"},
        {"poolInfo": {"poolId": "password-reset"}},
        {"url": "https://account.region.batch.azure.com/jobs/sig-job"},
        {"identityReference": {"resourceId": "/subscriptions/1/resourceGroups/keys/providers/x/identities/token"}},
        {"keyUrl": "https://vault.vault.azure.net/keys/name"},
        {"sshPublicKey": "ssh-ed25519 AAAAC3Nz me"},
    ],
    ids=str,
)
def test_identifiers_stay_readable(wire: dict[str, Any]) -> None:
    assert Facts().of(wire) == Facts(redact="none").of(wire)


@pytest.mark.parametrize(
    "name",
    "id jobId taskId poolId nodeId affinityId url nodeUrl taskUrl taskRootDirectory taskRootDirectoryUrl".split(),
)
def test_an_identifier_is_never_taken_for_a_secret_but_for_a_signature_in_it(name: str) -> None:
    value = "https://account.region.batch.azure.com/jobs/secret-rotation:job-1"
    assert Facts().of({name: value}) == {snake_case(name): value}
    assert Facts().of({name: SIGNED}) == {snake_case(name): MASKED}


@pytest.mark.parametrize(
    "item", ["text", None, {"name": "DB_PASSWORD"}, {"name": "DB_PASSWORD", "value": ""}, {"value": "x"}]
)
def test_a_setting_without_a_name_or_a_value_stays_as_it_is(item: Any) -> None:
    assert Facts("patterns").of({"environmentSettings": [item]}) == {"environment_settings": [item]}


COMMANDS = [
    ('/bin/bash -c "tool --password hunter2"', f"bash {MASK}"),
    ("python hunter2", f"python {MASK}"),
    ("python", "python"),
    ("  python3.11   ", "python3.11"),
    ('"C:\\Program Files\\Tool\\tool.exe" /x hunter2', f"tool.exe {MASK}"),
    ("'/opt/my tools/run.sh' hunter2", f"run.sh {MASK}"),
    ("cmd /c set X=hunter2", f"cmd {MASK}"),
    ("$AZ_BATCH_APP_PACKAGE/tool.sh hunter2", f"tool.sh {MASK}"),
    ("DB_PASS=hunter2 tool", MASK),
    ("DB_PASS=/a/b/hunter2 tool", MASK),
    ("https://user:hunter2@host/tool", MASK),
    ("https://host/tool?hunter2", MASK),
    ("user@hunter2 x", MASK),
    ("(hunter2)", MASK),
    ("tool;hunter2", MASK),
    ("'hunter2 x", MASK),
    ('""hunter2', MASK),
    ("tool\nhunter2", f"tool {MASK}"),
    ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJodW50ZXIyIn0.x y", f"{MASK} {MASK}"),
    ("", ""),
    ("  ", "  "),
    (None, None),
    ({"x": "hunter2"}, MASK),
]


@pytest.mark.parametrize("name", ["commandLine", "coordinationCommandLine"])
@pytest.mark.parametrize(("line", "shown"), COMMANDS, ids=str)
def test_strict_shows_the_program_of_a_command_line_and_nothing_behind_it(name: str, line: Any, shown: Any) -> None:
    assert facts(startTask={name: line}) == {"start_task": {snake_case(name): shown}}


URLS = [
    (SIGNED, f"https://store.blob.core.windows.net/c/f?sv=2021-01-01&sr={MASK}&sig={MASK}&se=2025-01-17"),
    (
        "https://s/c?sp=rl&se=2031-01-01T00%3A00%3A00Z&sv=2022-11-02&sig=hunter2",
        f"https://s/c?sp=rl&se=2031-01-01T00%3A00%3A00Z&sv=2022-11-02&sig={MASK}",
    ),
    # What only calls itself so.
    ("https://s/c?sv=hunter2&sp=HUNTER2&se=hunter2&sig=x", f"https://s/c?sv={MASK}&sp={MASK}&se={MASK}&sig={MASK}"),
    ("https://s/c?sv=2022-11-02&t=hunter2", f"https://s/c?sv={MASK}&t={MASK}"),
    ("https://s/c?hunter2", f"https://s/c?{MASK}"),
    ("https://s/c?a=", "https://s/c?a="),
    ("https://s/c#hunter2", f"https://s/c#{MASK}"),
    ("https://s/c?a=1#hunter2=hunter2", f"https://s/c?a={MASK}"),
    ("https://user:hunter2@s/c", f"https://{MASK}@s/c"),
    ("https://hunter2@s/c", f"https://{MASK}@s/c"),
    ("https://user:hunt/hunter2@s/c", f"https://{MASK}@s/c"),
    ("https://user:hunter2?x@s/c", f"https://{MASK}?{MASK}"),
    ("https://s:8443/c/@x", "https://s:8443/c/@x"),
    ("https://[::1]:8443/c", "https://[::1]:8443/c"),
    ("//nas/share", "//nas/share"),
    ("//user:hunter2@nas/share", f"//{MASK}@nas/share"),
    ("", ""),
    (None, None),
    (["hunter2"], MASK),
]


@pytest.mark.parametrize("name", "httpUrl containerUrl storageContainerUrl azureFileUrl source".split())
@pytest.mark.parametrize(("url", "shown"), URLS, ids=str)
def test_strict_shows_of_a_url_where_it_leads_and_until_when(name: str, url: Any, shown: Any) -> None:
    assert facts(**{name: url}) == {snake_case(name): shown}


def test_strict_shows_urls_in_other_texts_as_those_in_a_place_of_their_own() -> None:
    text = "cannot read https://u:hunter2@s/c?x=hunter2, nor https://s/c?sig=hunter2&sp=r."
    shown = f"cannot read https://{MASK}@s/c?x={MASK} nor https://s/c?sig={MASK}&sp={MASK}"
    assert facts(failureInfo={"message": text}) == {"failure_info": {"message": shown}}


@pytest.mark.parametrize("name", ["environmentSettings", "commonEnvironmentSettings", "uploadHeaders"])
@pytest.mark.parametrize("value", ["hunter2", "/root", "1", 1, True, ["hunter2"], {"a": "hunter2"}])
def test_strict_masks_values_of_settings_whatever_they_look_like_and_keeps_their_names(name: str, value: Any) -> None:
    given = [{"name": "HOME", "value": value, "somethingNew": value}, {"name": "PASSWORD"}, {"name": "A", "value": ""}]
    shown = [{"name": "HOME", "value": MASK, "something_new": MASK}, {"name": "PASSWORD"}, {"name": "A", "value": ""}]
    assert facts(jobManagerTask={name: given}) == {"job_manager_task": {snake_case(name): shown}}
    assert "hunter2" not in str(facts(**{name: "hunter2"})) + str(facts(**{name: ["hunter2", ["hunter2"]]}))


def test_strict_masks_values_of_extension_settings_and_keeps_their_names() -> None:
    wire = {"settings": {"commandToExecute": "hunter2", "nested": [{"port": 1, "on": True, "off": None, "": ""}]}}
    shown = {"settings": {"commandToExecute": MASK, "nested": [{"port": MASK, "on": True, "off": None, "": ""}]}}
    assert facts(**wire) == shown
    assert facts(settings="hunter2") == {"settings": MASK}


@pytest.mark.parametrize("name", ["containerRunOptions", "mountOptions", "blobfuseOptions"])
def test_strict_masks_options_of_other_programs_whole(name: str) -> None:
    assert facts(**{name: "--user 1000"}) == {snake_case(name): MASK}
    assert Facts("patterns").of({name: "-o rw,password=hunter2"}) == {snake_case(name): f"-o rw,password={MASK}"}


def test_a_word_that_is_no_choice_masks_everything_it_can() -> None:
    assert Facts("sometimes").of({"password": "hunter2"}) == {"password": MASK}


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_facts_that_were_made_unmasked_can_be_masked_afterwards(redact: str) -> None:
    wire = {
        "id": "a",
        "eTag": "0x1",
        "vTpmEnabled": True,
        "maxTasksPerNode": 2,
        "state": "Active",
        "creationTime": "2025-01-17T00:00:00.1234567Z",
        "commandLine": "tool --password hunter2",
        "environmentSettings": [{"name": "KEY", "value": "hunter2"}],
        "resourceTags": {"myKey": "hunter2", "Other": SIGNED},
        "resourceFiles": [{"httpUrl": SIGNED, "filePath": "x"}],
        "metadata": [{"name": "state", "value": "ACTIVE"}],
        "failureInfo": {"details": [{"name": "password", "value": "hunter2"}]},
    }
    assert Facts(redact).of(Facts("none").of(wire)) == Facts(redact).of(wire)


@pytest.mark.parametrize("redact", ["strict", "patterns"])
@pytest.mark.parametrize("name", ["settings", "resourceTags", "tags"])
def test_a_secret_in_a_key_of_the_users_is_masked_and_a_name_that_tells_stays(redact: str, name: str) -> None:
    keys = ["dbPassword", "fileUri", "https://x/c?sv=1&sig=hunter2", "password=hunter2"]
    found = Facts(redact).of({name: {"deeper": dict.fromkeys(keys, 1)}})[snake_case(name)]["deeper"]
    assert list(found) == ["dbPassword", "fileUri", "https://x/c?sv=1&sig=REDACTED", "password=REDACTED"]


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_what_is_made_of_many_is_what_is_made_of_each(redact: str) -> None:
    """Whatever stands beside it: one text with a secret, one object of another shape, one value of another type."""
    many = [
        {"id": "a", "displayName": "plain", "executionInfo": {"exitCode": 0, "result": "Success"}},
        {"id": "b", "displayName": "password=hunter2", "executionInfo": {"exitCode": 1, "result": "Failure"}},
        {"displayName": "sig", "id": "c"},
        {"id": "d?sig=hunter2", "displayName": None, "executionInfo": None},
        {"id": 5, "displayName": ["password=hunter2"], "executionInfo": [{"exitCode": 0}]},
        {"odata.type": "x"},
        {},
        {"id": "e", "displayName": "https://x/c?a=hunter2", "executionInfo": {"startTime": "password=hunter2 of many"}},
        {"id": "f", "displayName": "", "executionInfo": {"startTime": "and a longer one: password=hunter2"}},
    ]
    made = Facts(redact).each(many, job_id="j")
    assert [list(facts.items()) for facts in made] == [
        list({"job_id": "j", **Facts(redact).of(wire)}.items()) for wire in many
    ]
    assert Facts(redact).each([]) == []


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("environmentSettings", {"name": "A", "value": "hunter2"}, {"value": "hunter2", "name": "DB_PASSWORD"}),
        ("uploadHeaders", {"name": "A", "value": "hunter2"}, {"name": "B", "value": None}),
        ("resourceFiles", {"httpUrl": "https://x/c?sig=hunter2", "filePath": "a"}, {"filePath": "password=hunter2"}),
        ("metadata", {"name": "password", "value": "a"}, {"name": "b", "value": "password=hunter2"}),
        ("settings", {"password": "hunter2"}, {"fileUri": ["hunter2"]}),
        ("tags", {"password": "hunter2"}, {"dbPassword": 1}),
        ("commandLine", "a b", "c d"),
        ("password", "a", "b"),
        ("taskIds", "a", "password=hunter2"),
    ],
)
def test_lists_that_are_made_as_one_are_made_as_each(redact: str, name: str, one: Any, other: Any) -> None:
    lists = ([one], [other, one], [], [one, "password=hunter2", None, 1], [[one], other], [one], [one])
    many = [{"id": str(number), name: value} for number, value in enumerate(lists)]
    for some in (many, many[:2], many[::-1], many[1:3]):
        assert json.dumps(Facts(redact).each(some)) == json.dumps([Facts(redact).of(wire) for wire in some])


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_two_texts_side_by_side_are_not_taken_for_one(redact: str) -> None:
    ids = [{"id": "x?s"}, {"id": "ig=hunter2"}]
    assert Facts(redact).each(ids) == ids


def test_what_most_tasks_have_in_common_is_there_once() -> None:
    wire = [
        {"id": str(number), "constraints": {"maxTaskRetryCount": 0}, "nodeInfo": {"poolId": "p" * 9}}
        for number in (1, 2)
    ]
    one, other = Facts().each([dict(task) for task in wire])
    assert one["constraints"] is other["constraints"]


def test_of_an_old_and_a_new_name_of_one_fact_the_last_one_stands() -> None:
    """Whether it differs between the objects or not, and it stands where the first one stood."""
    old, new = "maxTasksPerNode", "taskSlotsPerNode"
    for values in (((1, 1), (2, 3)), ((1, 2), (3, 3)), ((1, 1), (3, 3)), ((1, 2), (3, 4))):
        wire = [{old: first, "id": "p", new: last} for first, last in zip(*values)]
        made = Facts().each(wire)
        assert [list(facts.items()) for facts in made] == [
            [("task_slots_per_node", last), ("id", "p")] for last in values[1]
        ]


def test_with_redact_none_no_fact_is_cut() -> None:
    long = "word " * 8000
    assert Facts("none").of({"displayName": long, "commandLine": long}) == {"display_name": long, "command_line": long}


@pytest.mark.parametrize("redact", ["strict", "patterns", "none"])
def test_facts_keep_what_a_terminal_would_obey(redact: str) -> None:
    """Whoever compares them compares what the service sent; sentences are cleaned."""
    name = "a\x1b[31m b\u202e\nc"
    assert Facts(redact).of({"displayName": name}) == {"display_name": name}
