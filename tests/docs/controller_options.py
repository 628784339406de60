# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a controller takes, as far as the files of the guide use it: options of three modules of awx.awx, and what it asks of their contents.

The session `automation-platform` of ./dev check compares the options with those that the collection has published.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "str"}
_YES_OR_NO = {"type": "bool"}
_NAMED = {"name": {"type": "str", "required": True}, "description": _TEXT}
_TEMPLATE = {
    **_NAMED,
    "organization": _TEXT,
    "inventory": _TEXT,
    "ask_variables_on_launch": _YES_OR_NO,
    "survey_enabled": _YES_OR_NO,
    "survey_spec": {"type": "dict"},
    "allow_simultaneous": _YES_OR_NO,
}
_LINKS = {
    "type": "list",
    "elements": "dict",
    "options": {"identifier": _TEXT},
}
# By the names of their files and of their modules.
OPTIONS: dict[str, dict[str, Any]] = {
    "credential_type": {
        **_NAMED,
        "kind": {"type": "str", "choices": ["cloud", "net"]},
        "inputs": {"type": "dict"},
        "injectors": {"type": "dict"},
    },
    "job_template": {
        **_TEMPLATE,
        "job_type": {"type": "str", "choices": ["run", "check"]},
        "project": _TEXT,
        "playbook": _TEXT,
        "execution_environment": _TEXT,
        "credentials": {"type": "list", "elements": "str"},
        "timeout": {"type": "int"},
    },
    "workflow_job_template": {
        **_TEMPLATE,
        "workflow_nodes": {
            "type": "list",
            "elements": "dict",
            "options": {
                "identifier": {"type": "str", "required": True},
                "unified_job_template": {
                    "type": "dict",
                    "options": {
                        "name": _TEXT,
                        "type": _TEXT,
                        "organization": {"type": "dict", "options": {"name": _TEXT}},
                    },
                },
                "related": {
                    "type": "dict",
                    "options": dict.fromkeys(("success_nodes", "failure_nodes", "always_nodes"), _LINKS),
                },
            },
        },
    },
}
_NAME = "^[a-zA-Z_][a-zA-Z0-9_]*$"
# What the controller checks when a credential type is saved.
CREDENTIAL_TYPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["inputs", "injectors"],
    "properties": {
        "inputs": {
            "additionalProperties": False,
            "required": ["fields"],
            "properties": {
                "required": {"type": "array", "items": {"type": "string"}},
                "fields": {
                    "type": "array",
                    "items": {
                        "additionalProperties": False,
                        "required": ["id", "label"],
                        "properties": {
                            "id": {"type": "string", "pattern": _NAME, "not": {"enum": ["tower", "awx"]}},
                            "label": {"type": "string"},
                            "help_text": {"type": "string"},
                            "type": {"enum": ["string", "boolean"]},
                            "secret": {"type": "boolean"},
                        },
                    },
                },
            },
        },
        "injectors": {
            "additionalProperties": False,
            "properties": {
                "env": {"propertyNames": {"pattern": _NAME}, "additionalProperties": {"type": "string"}},
            },
        },
    },
}
# What it checks when a survey is saved.
SURVEY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "description", "spec"],
    "properties": {
        "name": {"type": "string"},
        "description": {"type": "string"},
        "spec": {
            "type": "array",
            "minItems": 1,
            "items": {
                "additionalProperties": False,
                "required": ["type", "question_name", "variable", "required"],
                "properties": {
                    "type": {"enum": ["text", "integer"]},
                    "question_name": {"type": "string"},
                    "question_description": {"type": "string"},
                    "variable": {"type": "string", "pattern": _NAME},
                    "required": {"type": "boolean"},
                    "min": {"type": "integer"},
                    "max": {"type": "integer"},
                    "default": {},
                },
            },
        },
    },
}
