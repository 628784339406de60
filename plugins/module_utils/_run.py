# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the printed result: what all modules have in common.

`run` needs no AnsibleModule, so that an action plugin or an event source can call the same code.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.batchops.azure.plugins.module_utils._auth.choose import Tell, sign_in
from ansible_collections.batchops.azure.plugins.module_utils._base.clock import NO_LIMIT
from ansible_collections.batchops.azure.plugins.module_utils._base.collector import uncollected
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, BatchError
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._http.endpoint import LONGEST_ACCOUNT, parse_endpoint
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import mask_text
from ansible_collections.batchops.azure.plugins.module_utils._read.facts import Facts
from ansible_collections.batchops.azure.plugins.module_utils._read.options import ReadOptions
from ansible_collections.batchops.azure.plugins.module_utils._read.parse import (
    parse_connection,
    parse_wait,
)

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.batchops.azure.plugins.module_utils._after.wait import Observer
    from ansible_collections.batchops.azure.plugins.module_utils._auth.bearer import TokenStore
    from ansible_collections.batchops.azure.plugins.module_utils._base.clock import Clock, Deadline, WaitOptions
    from ansible_collections.batchops.azure.plugins.module_utils._base.verdict import Judgement
    from ansible_collections.batchops.azure.plugins.module_utils._read.expression import Expression
    from ansible_collections.batchops.azure.plugins.module_utils._read.query import Query
    from ansible_collections.batchops.azure.plugins.module_utils._read.resource import Resource
    from ansible_collections.batchops.azure.plugins.module_utils._read.snapshot import Reader, Snapshot

# What a module adds to its result at -v, and its action plugin takes out again.
SIGNS_IN_WITH = "signs_in_with"
# Options into which a secret is put by mistake.
_NO_SECRETS = (
    *("account_endpoint", "account_name", "authority_host", "client_id", "tenant", "ad_user"),
    *("x509_certificate_path", "oidc_token_file_path", "ca_path", "thumbprint", "profile"),
)


def run_module(module: AnsibleModule, resource: Resource) -> None:
    """Runs, prints and ends the module. The one place where an error becomes fail_json."""
    # What the module imported is not looked through at its end either. Its file has switched that off; a wait may take days.
    gc.freeze()
    if module.params["wait"]:
        gc.enable()
    module.no_log_values.update(misplaced_secrets(module.params))
    for warning in warnings_of(module.params):
        module.warn(warning)
    # At -v, for the action plugin, which prints it: a module has no line of its own on the terminal.
    told: dict[str, str] = {}
    tell = partial(told.__setitem__, SIGNS_IN_WITH) if module._verbosity else None
    try:
        result = run(module.params, resource, check_mode=module.check_mode, tell=tell)
    except BatchError as error:
        module.fail_json(**error.as_result(), **told)
    result.update(told)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def misplaced_secrets(params: Mapping[str, Any]) -> set[str]:
    """Secrets in options that are for none. They are refused without being repeated, but Ansible shows options at -vvv."""
    given = {option: str(params.get(option) or "") for option in _NO_SECRETS}
    urls = (given["account_endpoint"].rpartition("@"), given["authority_host"].rpartition("@"))
    before_hosts = {before.rpartition("//")[2] for before, _at, _host in urls}
    # A key as the account's name, a token or a certificate in place of the path to it.
    by_looks = {value for value in given.values() if mask_text(value) != value}
    long = {given["account_name"]} if len(given["account_name"]) > LONGEST_ACCOUNT else set()
    return (before_hosts | by_looks | long) - {""}


def warnings_of(params: Mapping[str, Any]) -> list[str]:
    """What the user should know before anything is sent."""
    told = []
    if params["cert_validation_mode"] == "ignore":
        told.append(
            "cert_validation_mode is ignore: the identity of the service is not verified, and credentials are sent to whoever answers."
        )
    # It has no default, so that somebody means it. Reads that judge nothing may have it from module_defaults.
    judged = params.get("condition") or params.get("expression") or params.get("checks")
    if judged and not params["wait"] and (params["stall_timeout"] or NO_LIMIT) < NO_LIMIT:
        told.append("stall_timeout has no effect, because it ends a wait, and wait is false")
    return told


def run(
    params: Mapping[str, Any],
    resource: Resource,
    *,
    check_mode: bool = False,
    clock: Clock | None = None,
    observer: Observer | None = None,
    tell: Tell | None = None,
    store: TokenStore | None = None,
) -> dict[str, Any]:
    """The result of one task. What is wrong with the options is said before the first request.

    `tell` is told before it which credential is used, without its value. `store` has tokens of other tasks.
    """
    reader = resource.reader
    options, wait_options = resource.parse(params, resource.arguments), parse_wait(params)
    expression, query = _expression(params, reader.kind, options), _query(params)
    client = connect(params, clock, tell, store)
    wait_options = None if check_mode else wait_options
    # What is judged must not be masked, and a wait need not mask what nobody will see. A gate returns sentences.
    later = not options.checks and bool(wait_options or expression or query)
    if expression:
        options = expression.options
    source = reader(client, _facts(params["redact"], later, bool(expression or query)), options)

    def read() -> Snapshot:
        try:
            with uncollected():
                seen = source.read()
        except RecursionError as error:
            raise AnswerError("The answer of the service is nested too deeply") from error
        if expression:
            seen.judgement = expression.judge(seen, _facts_of(seen, reader))
        return seen

    if wait_options:
        seen, ending, deadline = _wait(client, read, wait_options, options, observer)
    else:
        seen, ending, deadline = read(), {}, None
    plain = seen.facts
    if later:
        from ansible_collections.batchops.azure.plugins.module_utils._read.last_look import finished

        seen.facts, warnings = finished(plain, params["redact"], deadline)
        ending.update(warnings)
    result = {**_result_of(seen, reader), **_unsatisfied(seen, options), **ending}
    result["api_version"] = client.endpoint.api_version
    if params.get("diagnostics") and seen.judgement is not None:
        _diagnose(result, client, seen.judgement, params["redact"])
    if query:
        from ansible_collections.batchops.azure.plugins.module_utils._read.unmasked import answer

        result.update(answer(query, result, reader.kind, plain))
    if seen.warnings:
        result["warnings"] = [*seen.warnings, *result.get("warnings", ())]
    return _shown(result) if seen.judgement is not None or query or seen.warnings else result


def _facts(redact: str, later: bool, judged: bool) -> Facts:
    """What makes facts while it is read: those that are returned, or what they are made of later."""
    if not later:
        return Facts(redact)
    from ansible_collections.batchops.azure.plugins.module_utils._read.last_look import unfinished

    return unfinished(judged)


def connect(
    params: Mapping[str, Any],
    clock: Clock | None = None,
    tell: Tell | None = None,
    store: TokenStore | None = None,
) -> Client:
    """The client of the account that the options name. Nothing is sent yet."""
    connection, endpoint = parse_connection(params), parse_endpoint(params)
    return Client(
        endpoint, sign_in(params, endpoint, connection["verify"], tell, store=store), clock=clock, **connection
    )


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    # A read without a judgement has no sentences.
    from ansible_collections.batchops.azure.plugins.module_utils._base.printable import shown

    return shown(result)


def _wait(
    client: Client,
    read: Callable[[], Snapshot],
    wait_options: WaitOptions,
    options: ReadOptions,
    observer: Observer | None,
) -> tuple[Snapshot, dict[str, Any], Deadline]:
    from ansible_collections.batchops.azure.plugins.module_utils._after.wait import Waiter

    waiter = Waiter(client, read, wait_options, observer)
    waited = waiter.run()
    return waited.snapshot, {**waited.as_result(), **waited.ending(options.condition_text)}, waiter.deadline


def _diagnose(result: dict[str, Any], client: Client, judgement: Judgement, redact: str) -> None:
    from ansible_collections.batchops.azure.plugins.module_utils._after.failures import failures_of, quote

    result["failures"] = failures_of(client, judgement, redact)
    quoted = quote(result["failures"])
    if quoted and "msg" in result:
        result["msg"] += f"; {quoted}"


def _expression(params: Mapping[str, Any], kind: str, options: ReadOptions) -> Expression | None:
    if not params.get("expression"):
        return None
    from ansible_collections.batchops.azure.plugins.module_utils._read.expression import Expression

    return Expression(params["expression"], kind, options)


def _query(params: Mapping[str, Any]) -> Query | None:
    if not params.get("query"):
        return None
    from ansible_collections.batchops.azure.plugins.module_utils._read.query import Query

    return Query("query", params["query"])


def _unsatisfied(seen: Snapshot, options: ReadOptions) -> dict[str, Any]:
    """For who judges by `until` or `failed_when`."""
    judgement = seen.judgement
    if judgement is None or not (judgement.failed or judgement.missing):
        return {}
    return {"msg": judgement.message(options.condition_text)}


def _facts_of(seen: Snapshot, reader: type[Reader]) -> dict[str, Any]:
    facts: dict[str, Any] = {"changed": False, reader.kind: seen.facts, "summary": seen.summary}
    if seen.by_parent:
        facts[f"by_{reader.parent}"] = seen.by_parent
    return facts


def _result_of(seen: Snapshot, reader: type[Reader]) -> dict[str, Any]:
    judged: dict[str, Any] = seen.judgement.as_result() if seen.judgement is not None else {}
    return {**_facts_of(seen, reader), **judged}
