# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the printed result: what all modules have in common.

`run` needs no AnsibleModule, so that an action plugin or an event source can call the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._arguments import connection_of, patience_of, question_of
from ansible_collections.batchops.azure.plugins.module_utils._client import Client
from ansible_collections.batchops.azure.plugins.module_utils._credentials import sign_in
from ansible_collections.batchops.azure.plugins.module_utils._deadline import Clock
from ansible_collections.batchops.azure.plugins.module_utils._endpoint import parse_endpoint
from ansible_collections.batchops.azure.plugins.module_utils._errors import BatchError, OptionError
from ansible_collections.batchops.azure.plugins.module_utils._facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._look import Look, Question, Reader
from ansible_collections.batchops.azure.plugins.module_utils._verdict import Judgement, name_some, shorten
from ansible_collections.batchops.azure.plugins.module_utils._wait import Observer, Waited, Waiter

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.batchops.azure.plugins.module_utils._query import Query


Ask = Callable[[Mapping[str, Any]], Question]


def run_module(module: AnsibleModule, reader: type[Reader], ask: Ask = question_of) -> None:
    """Runs, prints and ends the module. The one place where an error becomes fail_json."""
    for warning in warnings_of(module.params):
        module.warn(warning)
    try:
        result = run(module.params, reader, ask, check_mode=module.check_mode)
    except BatchError as error:
        module.fail_json(**error.as_result())
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def warnings_of(params: Mapping[str, Any]) -> list[str]:
    """What the user should know of the options before anything is sent."""
    if params["cert_validation_mode"] != "ignore":
        return []
    return [
        "cert_validation_mode is ignore: the identity of the service is not verified, and credentials are sent to whoever answers."
    ]


def run(
    params: Mapping[str, Any],
    reader: type[Reader],
    ask: Ask = question_of,
    *,
    check_mode: bool = False,
    clock: Clock | None = None,
    observer: Observer | None = None,
) -> dict[str, Any]:
    """The result of one task. Everything that the options can have wrong is said before the first request."""
    question, patience = ask(params), patience_of(params)
    expression, query = _compiled("expression", params), _compiled("query", params)
    if expression and question.summary_only and expression.mentions(reader.kind):
        raise OptionError(
            "expression", f"is about {reader.kind}, which details=summary leaves out; use summary, or details=full"
        )
    connection = connection_of(params)
    endpoint = parse_endpoint(params)
    client = Client(endpoint, sign_in(params, endpoint, connection["verify"]), clock=clock, **connection)
    source = reader(client, Facts(params["redact"]), question)

    def look() -> Look:
        seen = source.look()
        if expression:
            seen.judgement = _judge_expression(expression, _facts_of(seen, reader, question), seen)
        return seen

    if params["wait"] and not check_mode:
        waited = Waiter(client, look, patience, observer).run()
        ending = {**waited.as_result(), **_ending(waited, question)}
        seen = waited.look
    else:
        seen, ending = look(), {}
    result = {**_result_of(seen, reader, question), **ending}
    if params["diagnostics"] and seen.judgement is not None:
        _diagnose(result, client, seen.judgement, params["redact"])
    if query:
        # A copy: an expression may give the result itself, which cannot hold itself and be printed.
        result["query_result"] = deepcopy(query.over(result))
    return result


def _diagnose(result: dict[str, Any], client: Client, judgement: Judgement, redact: bool) -> None:
    # Only for those who use it: what a module pulls in is compiled at every task.
    from ansible_collections.batchops.azure.plugins.module_utils._failures import failures_of, quote

    result["failures"] = failures_of(client, judgement, redact)
    quoted = quote(result["failures"])
    if quoted and "msg" in result:
        result["msg"] += f"; {quoted}"


def _compiled(option: str, params: Mapping[str, Any]) -> Query | None:
    if not params.get(option):
        return None
    # Twelve milliseconds to import: only for those who use it.
    from ansible_collections.batchops.azure.plugins.module_utils._query import Query

    return Query(option, params[option])


def _judge_expression(expression: Query, facts: dict[str, Any], look: Look) -> Judgement:
    judgement = look.judgement or Judgement()
    lacking = expression.lacking(facts)
    empty = [parent for parent, summary in look.by_parent.items() if not summary["total"]]
    if lacking:
        judgement.missing.append(lacking)
    elif look.summary["missing"]:
        judgement.missing.append(f"{name_some(look.summary['missing'])} cannot be judged, it does not exist")
    elif empty or not look.summary["total"]:
        # "All of none" is true of every expression: an empty answer is never satisfied.
        where = f" in {name_some(empty)}" if empty else ""
        judgement.missing.append(f"nothing was found{where} that the expression could be true of")
    return judgement


def _facts_of(look: Look, reader: type[Reader], question: Question) -> dict[str, Any]:
    facts: dict[str, Any] = {"changed": False, reader.kind: look.facts, "summary": look.summary}
    if question.several and look.by_parent:
        facts[f"by_{reader.parent}"] = look.by_parent
    return facts


def _result_of(look: Look, reader: type[Reader], question: Question) -> dict[str, Any]:
    judged: dict[str, Any] = look.judgement.as_result() if look.judgement is not None else {}
    if look.judgement is not None and look.judgement.tolerated:
        judged["tolerated"] = shorten(look.judgement.tolerated)
    return {**_facts_of(look, reader, question), **judged}


def _ending(waited: Waited, question: Question) -> dict[str, Any]:
    """The message of a wait that did not end well; nothing where it did."""
    judgement = waited.look.judgement or Judgement()
    if judgement.verdict == "satisfied":
        return {}
    reasons = "; ".join(judgement.as_result()["reasons"])
    if waited.timed_out:
        start = f"Timed out after {waited.elapsed:.0f} s, {question.aim} has not come true"
    else:
        start = f"Stopped waiting after {waited.elapsed:.0f} s, {question.aim} cannot come true any more"
    if waited.last_transient_error:
        reasons += f"; the last error that was survived: {waited.last_transient_error}"
    return {"failed": True, "msg": f"{start}: {reasons}"}
