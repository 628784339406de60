# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of facts agree with those that Microsoft's Python client gives the same properties."""

from __future__ import annotations

import keyword

from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.tests.contract.fact_names import (
    SERVICE_WORD_KEPT,
    fact_name,
    microsofts_names,
)
from ansible_collections.batchops.azure.tests.contract.official_models import free_text, properties, user_keyed
from ansible_collections.batchops.azure.tests.contract.shared_data import needs_shared

pytestmark = needs_shared

# A container's state is Docker's word, which Docker spells in lower case; a state of the service is one of a few words.
_DOCKERS_WORD = "state"


def _made_of(name: str) -> str:
    """What the facts call a property of that name."""
    [made] = sorted(Facts(redact="none").of({name: "x"}))
    return made


def test_names_are_microsofts_but_where_the_services_own_word_is_kept() -> None:
    """Each difference is meant and listed."""
    differing = {name: made for name, known in microsofts_names().items() if {made := _made_of(name)} != known}
    assert len(microsofts_names()) > 300
    assert differing == SERVICE_WORD_KEPT


def test_names_of_older_versions_follow_the_same_rule() -> None:
    """What Microsoft's newest client no longer knows: certificates, cloud services, tags."""
    older = {name for _version, _model, name, _schema in properties()} - microsofts_names().keys()
    assert {"certificateReferences", "resourceTags", "maxTasksPerNode"} <= older
    assert {name: _made_of(name) for name in older} == {name: fact_name(name) for name in older}


def test_every_name_is_one_that_a_template_can_say() -> None:
    """`job.on_task_failure`, without brackets."""
    made = {_made_of(name) for _version, _model, name, _schema in properties()}
    assert all(name.isidentifier() and name == name.lower() and not keyword.iskeyword(name) for name in made)


def test_no_two_properties_of_a_model_share_a_name() -> None:
    models: dict[tuple[str, str], list[str]] = {}
    for version, model, name, _schema in properties():
        models.setdefault((version, model), []).append(_made_of(name))
    assert not [model for model, names in models.items() if len(names) != len(set(names))]


def test_free_text_is_left_as_it_is() -> None:
    """Only what is one of a few words is brought to one spelling."""
    text = " MiXed  text\n"
    changed = {(model, name) for model, name in free_text() if text not in Facts("none").of({name: text}).values()}
    assert {name for _model, name in changed} <= {_DOCKERS_WORD}
    assert all("Container" in model for model, _name in changed)


def test_keys_of_the_user_are_left_alone() -> None:
    content = {"costCenter": {"ownerName": "Me", "state": "OPEN"}, "e-mail": "a@b"}
    for name in user_keyed() - {"protectedSettings"}:
        made = Facts(redact="none").of({name: content})
        assert list(made.values()) == [content], name
