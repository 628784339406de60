# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where what an account answers is not what the simulator would answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .observed import Observations
from .shapes import Shape, merged, parent_of

# More than a second of the header's own, and of the way there and back.
_SKEW = 5.0


class Difference(NamedTuple):
    """A place in the answers, what the account has there, and what the simulator has."""

    about: str
    place: str
    account: str
    simulator: str


def differences(account: Observations, simulator: Observations) -> list[Difference]:
    """All of them, shapes first."""
    return [
        *_shapes(account, simulator),
        *_codes(account, simulator),
        *_headers(account, simulator),
        *_paging(account, simulator),
        *_times(account, simulator),
    ]


def not_seen(account: Observations, simulator: Observations) -> list[str]:
    """Resources and wrong requests that this account gave no occasion for."""
    shapes = [name for name, shape in simulator.shapes.items() if shape.kinds and not _has(account, name)]
    return [*shapes, *(name for name in simulator.refusals if name not in account.refusals)]


def _has(seen: Observations, resource: str) -> bool:
    return resource in seen.shapes and bool(seen.shapes[resource].kinds)


def _shapes(account: Observations, simulator: Observations) -> Iterator[Difference]:
    for resource, shape in account.shapes.items():
        known = simulator.shapes.get(resource, Shape())
        for path, kinds in shape.kinds.items():
            if path in known.kinds:
                if strange := kinds - known.allows(path):
                    yield Difference("type", f"{resource}: {path}", _listed(strange), _listed(known.kinds[path]))
            # Of an object that is new, what is in it is no news.
            elif not parent_of(path) or parent_of(path) in known.kinds:
                yield Difference("key", f"{resource}: {path}", _listed(kinds), "never there")
        yield from _left_out(resource, shape, known)


def _left_out(resource: str, shape: Shape, known: Shape) -> Iterator[Difference]:
    """What the simulator always sends, and the account does not."""
    for path in known.kinds:
        objects = shape.objects[parent_of(path)]
        if objects and not path.endswith("[]") and known.always(path) and not shape.always(path):
            there = f"in {shape.present[path]} of {objects}"
            yield Difference("key", f"{resource}: {path}", there, "always there")


def _codes(account: Observations, simulator: Observations) -> Iterator[Difference]:
    for name, refusal in account.refusals.items():
        if refusal != simulator.refusals.get(name, refusal):
            yield Difference("code", name, str(refusal), str(simulator.refusals[name]))
    for operation, refusals in account.unexpected.items():
        for refusal in sorted(refusals - simulator.unexpected.get(operation, set())):
            yield Difference("code", operation, str(refusal), "never refused so")


def _headers(account: Observations, simulator: Observations) -> Iterator[Difference]:
    for operation, headers in account.headers.items():
        known = simulator.headers.get(operation)
        if known is None:
            continue
        for name in sorted(headers.names.keys() - known.names.keys()):
            yield Difference(
                "header", f"{operation}: {name}", f"in {headers.names[name]} of {headers.answers}", "never there"
            )
        for name in sorted(name for name, count in known.names.items() if count == known.answers):
            if headers.names[name] < headers.answers:
                there = f"in {headers.names[name]} of {headers.answers}"
                yield Difference("header", f"{operation}: {name}", there, "always there")
    for kind in sorted(account.media_types.keys() - simulator.media_types.keys()):
        yield Difference("header", "content-type", kind, _listed(simulator.media_types))
    if account.echoed[False]:
        of = account.echoed.total()
        yield Difference("header", "client-request-id", f"another one in {account.echoed[False]} of {of}", "repeated")


def _paging(account: Observations, simulator: Observations) -> Iterator[Difference]:
    for operation, count in account.long_pages.items():
        if count:
            yield Difference("paging", operation, "a page with more than maxresults", "never")
    known = {link.operation: set() for link in simulator.links}
    for link in simulator.links:
        known[link.operation].add(link)
    for link in sorted(set(account.links)):
        if link.operation in known and link not in known[link.operation]:
            expected = "; or ".join(
                _described(link.repeats, link.same_host, link.same_path) for link in sorted(known[link.operation])
            )
            yield Difference(
                "paging", link.operation, _described(link.repeats, link.same_host, link.same_path), expected
            )


def _described(repeats: tuple[str, ...], same_host: bool, same_path: bool) -> str:
    host, path = ("the same" if same else "another" for same in (same_host, same_path))
    return f"{host} host, {path} path, with {', '.join(repeats)}"


def _times(account: Observations, simulator: Observations) -> Iterator[Difference]:
    digits, known = (merged(seen.shapes.values()).times for seen in (account, simulator))
    # Zeros at the end are not written, so that fewer digits are a matter of chance.
    most = max(known, default=0)
    for count in sorted(count for count in digits if count > most):
        yield Difference("time", "digits of a second's fraction", f"{count} ({digits[count]}x)", f"at most {most}")
    skew = skew_of(account)
    if skew is not None and abs(skew) > _SKEW:
        yield Difference(
            "time", "the service's clock", f"{skew:+.0f} s", "as this machine's; Shared Key is refused from 900 s on"
        )


def skew_of(seen: Observations) -> float | None:
    """Seconds by which the service's clock is ahead of this machine's: half of the answers say more, half less."""
    ordered = sorted(seen.skews)
    return ordered[len(ordered) // 2] if ordered else None


def _listed(words: object) -> str:
    return ", ".join(sorted(words))  # type: ignore[call-overload]
