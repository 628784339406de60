# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines that something which failed has written, read from its node.

The service takes no range that counts from a file's end, so the size is read first, from a list of files: a HEAD would be
shorter, but this collection sends nothing but GET. Nothing here raises a BatchError: what cannot be read says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Optional

from ansible_collections.batchops.azure.plugins.module_utils._after.file_part import read_part
from ansible_collections.batchops.azure.plugins.module_utils._base.errors import AnswerError, BatchError, ServiceError
from ansible_collections.batchops.azure.plugins.module_utils._base.json import part
from ansible_collections.batchops.azure.plugins.module_utils._base.printable import visible
from ansible_collections.batchops.azure.plugins.module_utils._http.client import Client
from ansible_collections.batchops.azure.plugins.module_utils._mask.text import MASK, NONE, mask_text
from ansible_collections.batchops.azure.plugins.module_utils._read.parallel import read_concurrently

Tail = dict[str, Optional[str]]

# Three requests each: more would hold up the answer that they explain.
_MOST = 10
_MOST_PAGES = 5
_LINES = 20
_SHOWN_BYTES = 4096
# Read with what is shown: the beginning of a secret, by which it is known for one, may stand before the part that is shown.
_BYTES_BEFORE = 2048
_TRIES = 20
_STDERR, _STDOUT = "stderr.txt", "stdout.txt"

# Colours and the like, window titles, and what else begins with an escape. None matches across lines.


@dataclass(frozen=True)
class Execution:
    """What failed, and where its files are.

    With `directory`, the folder on the node, files are asked for from the node; without it from the task.
    """

    job_id: str | None
    task_id: str | None
    pool_id: str | None
    node_id: str | None
    directory: str | None


@dataclass(frozen=True)
class _Place:
    """Where a list of files is, and what precedes the names of those wanted in it."""

    path: tuple[str, ...]
    prefix: str
    recursive: str | None

    def segments(self, name: str) -> tuple[str, ...]:
        # Slashes, on nodes with Windows too: so the service itself writes the URL of a task's folder.
        return (*self.path, *(piece for piece in re.split(r"[/\\]", self.prefix) if piece), name)


def tails(client: Client, executions: list[Execution], redact: str) -> list[Tail]:
    """The last lines of stderr.txt and stdout.txt of each, in the order given. `client.deadline` bounds the time."""
    read = read_concurrently(client, executions[:_MOST], lambda execution: _tail_of(client, execution, redact))
    return read + [_tail(error=f"not read: only the first {_MOST} are") for _beyond in executions[_MOST:]]


def _tail(found: Mapping[str, str] | None = None, error: str | None = None) -> Tail:
    found = found or {}
    return {"stderr_tail": found.get(_STDERR), "stdout_tail": found.get(_STDOUT), "tail_error": error}


def _tail_of(client: Client, execution: Execution, redact: str) -> Tail:
    places = _places(execution)
    if not places:
        return _tail(error="the output cannot be read: it is not known on which node it is")
    found: dict[str, str] = {}
    troubles: list[str] = []
    try:
        place, sizes = _sizes(client, places)
        missing = [name for name in (_STDERR, _STDOUT) if name not in sizes]
        if missing:
            troubles.append(_missing(missing, execution))
        for name, size in sizes.items():
            try:
                found[name] = _read(client, place.segments(name), size, redact)
            except ServiceError as error:
                # Gone or cut short since it was listed. Any other refusal would meet the next file too.
                if error.code != "FileNotFound" and error.status != 416:
                    raise
                shorter = f"{name} became shorter while it was read"
                troubles.append(shorter if error.status == 416 else _missing([name], execution))
    except BatchError as error:
        troubles.append(_sentence(error, execution))
    return _tail(found, "; ".join(troubles) or None)


def _places(execution: Execution) -> list[_Place]:
    """Where to look, the likelier place first; none where it is not known."""
    if execution.directory:
        if not execution.pool_id or not execution.node_id:
            return []
        path = ("pools", execution.pool_id, "nodes", execution.node_id, "files")
        directory = execution.directory.rstrip("/\\")
        # A node with Windows lists names with backslashes, mostly, and a name of one piece does not tell.
        separators = "\\/" if "\\" in directory else "/\\"
        pieces = re.split(r"[/\\]+", directory)
        return [_Place(path, "".join(piece + mark for piece in pieces), "true") for mark in separators]
    if execution.job_id and execution.task_id:
        return [_Place(("jobs", execution.job_id, "tasks", execution.task_id, "files"), "", None)]
    return []


def _sizes(client: Client, places: list[_Place]) -> tuple[_Place, dict[str, int]]:
    """Bytes in each of the two files, those on stderr first; one that is not listed is left out."""
    for place in places:
        sizes: dict[str, int] = {}
        for item in _listed(client, place):
            name = str(item.get("name"))
            if name.lower().startswith(place.prefix.lower()):
                name = name[len(place.prefix) :].lower()
                if name in (_STDERR, _STDOUT):
                    sizes[name] = _size(item, name)
            if len(sizes) == 2:
                break
        if sizes:
            break
    return place, dict(sorted(sizes.items()))


def _listed(client: Client, place: _Place) -> Iterator[dict[str, Any]]:
    quoted = (place.prefix + "std").replace("'", "''")
    params = {"recursive": place.recursive, "$filter": f"startswith(name,'{quoted}')"}
    for page in islice(client.pages(place.path, params), _MOST_PAGES):
        yield from page


def _size(item: Mapping[str, Any], name: str) -> int:
    """The length is a number in a string on the wire, and a plain number in the documentation."""
    length = str(part(item, "properties").get("contentLength"))
    if not re.fullmatch("[0-9]{1,18}", length):
        raise AnswerError(f"The service lists {name} without its size")
    return int(length)


def _read(client: Client, segments: tuple[str, ...], size: int, redact: str) -> str:
    if not size:
        return ""
    # An even number: a character of UTF-16 has two bytes.
    first = max(0, size - _SHOWN_BYTES - _BYTES_BEFORE) & ~1
    return last_lines(read_part(client, segments, first, size - 1), cut=first > 0, redact=redact)


def last_lines(content: bytes, cut: bool, redact: str) -> str:
    """What is shown of the end of a file; `cut` says that it does not begin where the file begins."""
    text = visible(_decoded(content))
    most = len(text)
    if cut:
        most -= len(visible(_decoded(content[:-_SHOWN_BYTES])))
        # Of what is cut off at its front nobody can tell any more whether it is a secret.
        text = _after_first(r"\n", text) or _after_first(r"\s", text)
        if not text.strip():
            return f"(one word of more than {len(content)} bytes)"
    # Before lines are left out, because a value may stand on the line after its name.
    text = _masked_end(text, most) if redact != NONE else text
    lines = text.splitlines(keepends=True)[-_LINES:]
    return _shortened("".join(lines))


def _masked_end(text: str, most: int) -> str:
    """The text masked; where that made it shorter, no more of it than stands in its last `most` characters.

    Those before them are there to tell what is a secret behind them, and lack what was before themselves.
    """
    whole = mask_text(text)
    if len(text) <= most or len(whole) >= len(text):
        return whole
    for separator, mark in (("\n", ""), (r"\s", "… ")):
        for found in islice(re.finditer(separator, text[-most:]), _TRIES):
            end = mask_text(text[len(text) - most + found.end() :])
            # Otherwise it begins inside of a secret, or behind the name of one.
            if end.strip() and whole.endswith(end):
                return mark + end
    return f"… {MASK}"


def _shortened(text: str) -> str:
    """The last whole lines that are not too long together; of one that is too long alone, its last words."""
    content = text.encode("utf-8")
    if len(content) <= _SHOWN_BYTES:
        return text
    end = content[-_SHOWN_BYTES:].decode("utf-8", "ignore")
    return _after_first(r"\n", end) or "… " + (_after_first(r"\s", end) or end)


def _after_first(separator: str, text: str) -> str:
    """What follows the first separator, or nothing."""
    return re.split(separator, text, maxsplit=1)[1:][0] if re.search(separator, text) else ""


def _decoded(content: bytes) -> str:
    # Programs of Windows write UTF-16, whose mark stands at the beginning of the file only.
    wide = content.startswith(b"\xff\xfe") or content[1::2].count(0) * 2 > len(content[1::2])
    return content.decode("utf-16-le" if wide and any(content[::2]) else "utf-8", "replace")


def _missing(names: list[str], execution: Execution) -> str:
    where = f" in {execution.directory}" if execution.directory else ""
    are = "is" if len(names) == 1 else "are"
    return f"{' and '.join(names)} {are} not there{where}"


def _sentence(error: BatchError, execution: Execution) -> str:
    code = error.code if isinstance(error, ServiceError) else ""
    node = f"the node {execution.node_id}" if execution.node_id else "the node"
    known = {
        "NodeNotFound": f"{node} is gone, and its files with it",
        "PoolNotFound": f"the pool {execution.pool_id or 'it ran in'} is gone, and its nodes with it",
        "FileNotFound": _missing([_STDERR, _STDOUT], execution),
        "TaskFilesUnavailable": f"{_STDERR} and {_STDOUT} are not available: it has not run on a node, or they were not kept",
        "TaskFilesCleanedup": f"{_STDERR} and {_STDOUT} were deleted when their retention time was over",
        "JobPreparationTaskNotRunOnNode": f"{_STDERR} and {_STDOUT} are not there: it has not run on {node}",
    }
    return known.get(code) or f"the output was not read: {' '.join(str(error).split())}"
