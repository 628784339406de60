# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutants of a file: its code with one small mistake in it, each such as a person makes.

A boundary that is one off, an amount of another size, `and` for `or`, a condition that always or never holds, a
statement, element or argument left out. Words for people are left alone: texts with a blank in them, and those around
what is inserted into a text. So are types, decorators and imports, which decide nothing.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from functools import singledispatch
from typing import Any, NamedTuple

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# From here on a number says how much, such as how many characters: one more is no mistake, another size is.
AMOUNT = 50
# What decides nothing when the code runs.
PASSED_OVER = {"annotation", "returns", "decorator_list", "bases", "cause"}
FOR_TYPES = {"cast", "TypeVar", "NewType"}


class Mutant(NamedTuple):
    """What was changed. The texts rather than the line say which one it is: they stay when lines above are added."""

    file: str
    function: str
    before: str
    after: str
    line: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self[:4]


def changed(node: Any, **fields: Any) -> Any:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def one_less(items: list[Any]) -> Iterator[list[Any]]:
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]


@singledispatch
def alternatives(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of the node by mistake."""
    yield from ()


@alternatives.register
def _of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        others = (value * 2, value // 2) if value >= AMOUNT else (value + 1, value - 1)
        yield from (ast.Constant(other) for other in others if other >= 0)
    elif (
        isinstance(value, (str, bytes))
        and value
        and not any(text in value for text in (" ", b" ") if type(text) is type(value))
    ):
        yield ast.Constant(type(value)())


@alternatives.register
def _of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, compared in enumerate(node.ops):
        for other in COMPARED[type(compared)]:
            yield changed(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


@alternatives.register
def _of_connection(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield changed(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for values in one_less(node.values):
        yield changed(node, values=values) if len(values) > 1 else values[0]


@alternatives.register
def _of_operation_on_one(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


@alternatives.register
def _of_calculation(node: ast.BinOp) -> Iterator[ast.AST]:
    if other := CALCULATED.get(type(node.op)):
        yield changed(node, op=other())


@alternatives.register
def _of_choice(node: ast.IfExp) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse


@alternatives.register
def _of_comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for ifs in one_less(node.ifs):
        yield changed(node, ifs=ifs)


@alternatives.register(ast.List)
@alternatives.register(ast.Set)
@alternatives.register(ast.Tuple)
def _of_elements(node: Any) -> Iterator[ast.AST]:
    # Without its only element a set would be spelled as a call, and what is assigned to must keep its shape.
    if not isinstance(getattr(node, "ctx", None), ast.Store) and not (
        isinstance(node, ast.Set) and len(node.elts) == 1
    ):
        for elements in one_less(node.elts):
            yield changed(node, elts=elements)


@alternatives.register
def _of_dictionary(node: ast.Dict) -> Iterator[ast.AST]:
    for keys, values in zip(one_less(node.keys), one_less(node.values)):
        yield changed(node, keys=keys, values=values)


@alternatives.register
def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    for keywords in one_less(node.keywords):
        yield changed(node, keywords=keywords)


@alternatives.register
def _of_returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


@alternatives.register(ast.Expr)
@alternatives.register(ast.Raise)
@alternatives.register(ast.Continue)
@alternatives.register(ast.Break)
@alternatives.register(ast.Delete)
def _of_statement(node: Any) -> Iterator[ast.AST]:
    yield ast.Pass()


@alternatives.register
def _of_assign(node: ast.Assign) -> Iterator[ast.AST]:
    # Without the name of a variable everything that uses it fails; without an attribute or an element it need not.
    if not any(isinstance(target, (ast.Name, ast.Tuple)) for target in node.targets):
        yield ast.Pass()


@alternatives.register
def _of_augassign(node: ast.AugAssign) -> Iterator[ast.AST]:
    yield ast.Pass()
    if other := CALCULATED.get(type(node.op)):
        yield changed(node, op=other())


def decides(parent: ast.AST, field: str, node: Any) -> bool:
    """Whether a mistake in the node can be seen when the code runs."""
    if not isinstance(node, ast.AST) or field in PASSED_OVER or isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    if isinstance(node, ast.Constant) and isinstance(parent, ast.JoinedStr):
        return False
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FOR_TYPES:
        return False
    # What an empty list will hold, as in `list[str]()`.
    if isinstance(node, ast.Subscript) and field == "func":
        return False
    # A name for a type.
    return not (
        isinstance(parent, ast.Module) and isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)
    )


def mistakes(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    yield from alternatives(node)
    if field == "test" and isinstance(parent, (ast.If, ast.While)):
        yield ast.Constant(False)
        if isinstance(parent, ast.If):
            yield ast.Constant(True)


class Place(NamedTuple):
    """Where a node stands: in the attribute of its parent, or in a list that is one."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node

    def shown(self, node: ast.AST) -> str:
        """The text of the node; of a constant, which says little, with what is around it."""
        if not isinstance(node, ast.Constant):
            return ast.unparse(node)
        if isinstance(self.parent, ast.Dict) and self.index is not None:
            pair = self.parent.keys[self.index], self.parent.values[self.index]
            return ": ".join(ast.unparse(one) if one else "**" for one in pair)
        # What goes over several lines, such as an `if`, has more around it than is wanted.
        return ast.unparse(self.parent if not hasattr(self.parent, "body") else node)


def places(parent: ast.AST, function: str) -> Iterator[tuple[Place, Any, str]]:
    for field, value in ast.iter_fields(parent):
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if not decides(parent, field, node):
                continue
            yield Place(parent, field, index if isinstance(value, list) else None), node, function
            named = isinstance(node, (ast.FunctionDef, ast.ClassDef))
            yield from places(node, f"{function}.{node.name}".lstrip(".") if named else function)


def mutants(file: str, tree: ast.Module) -> Iterator[Mutant]:
    """Each mutant of the file. While one is handed out, the tree is the code with that mistake."""
    seen: Counter[tuple[str, ...]] = Counter()
    for place, node, function in places(tree, ""):
        before = place.shown(node)
        for mistake in mistakes(place.parent, place.field, node):
            place.put(mistake)
            after = place.shown(mistake) if isinstance(node, ast.Constant) else ast.unparse(mistake)
            seen[function, before, after] += 1
            if (times := seen[function, before, after]) > 1:
                after = f"{after}  # {times}"
            yield Mutant(file, function, before, after, getattr(node, "lineno", getattr(place.parent, "lineno", 0)))
            place.put(node)


def with_mistake(mutant: Mutant, source: str) -> str:
    tree = ast.parse(source)
    for found in mutants(mutant.file, tree):
        if found.key == mutant.key:
            return ast.unparse(ast.fix_missing_locations(tree))
    raise LookupError(f"no such mutant: {mutant}")
