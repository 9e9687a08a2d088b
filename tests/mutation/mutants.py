"""Small changes to a source file, one at a time: each should make a unit test fail.

Left alone is what no test should hold to: docstrings, types, decorators, assertions, log lines, `__repr__`, and the
arguments `frozen`, `slots` and `strict`, which mypy or an assertion stand for.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

from tests.mutation.syntax import assigned, head, is_logging, is_type, may_go, others, short

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
_NO_BEHAVIOUR = frozenset({"frozen", "slots", "strict"})
_TYPING_CALLS = frozenset({"TypeVar", "NewType", "cast", "ParamSpec"})


@dataclass
class Mutant:
    """One change to `path`. `lines` are those of the statement it is in, or of its head.

    `function` names the outermost function around it, by qualified name and first line; None where it runs on import.
    `loads` are the names of the file that a change on import gives another value to.
    """

    path: Path
    lines: range
    function: tuple[str, int] | None
    loads: frozenset[str]
    before: str
    after: str
    _tree: ast.Module = field(repr=False)
    _parent: ast.AST = field(repr=False)
    _field: str = field(repr=False)
    _index: int | None = field(repr=False)
    _new: ast.AST = field(repr=False)

    @property
    def line(self) -> int:
        """Where it is."""
        return self.lines[0]

    def loaded_at(self) -> list[int]:
        """The lines of functions in the file that use what a change on import gives another value to."""
        return [
            each.lineno
            for each in ast.walk(self._tree)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load) and each.id in self.loads
        ]

    def code(self) -> CodeType:
        """Compile the whole file with the change."""
        old = getattr(self._parent, self._field)
        new: object = self._new
        if self._index is not None:
            new = [*old[: self._index], self._new, *old[self._index + 1 :]]
        setattr(self._parent, self._field, new)
        try:
            return compile(self._tree, str(self.path), "exec", dont_inherit=True)
        finally:
            setattr(self._parent, self._field, old)


def mutants(path: Path) -> list[Mutant]:
    """Every change to the file `path` that changes what is compiled, in the file's order."""
    tree = ast.parse(path.read_text(), str(path))
    same = _bytes(compile(tree, str(path), "exec", dont_inherit=True))
    return [each for each in _Walk(path, tree).body(tree) if _bytes(each.code()) != same]


def _bytes(code: CodeType) -> tuple[object, ...]:
    constants = tuple(_bytes(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return code.co_code, code.co_names, constants


class _Walk:
    def __init__(self, path: Path, tree: ast.Module) -> None:
        self._path, self._tree = path, tree
        self._classes: list[str] = []
        self._function: tuple[str, int] | None = None
        self._name = ""
        self._lines = range(1)
        self._loads: frozenset[str] = frozenset()

    def body(self, node: ast.AST, name: str = "body") -> Iterator[Mutant]:
        for index, statement in enumerate(getattr(node, name, [])):
            yield from self._statement(statement, node, name, index)

    def _statement(self, node: ast.stmt, parent: ast.AST, name: str, index: int) -> Iterator[Mutant]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._defined(node)
            case ast.ClassDef():
                self._classes.append(node.name)
                yield from self.body(node)
                self._classes.pop()
            case ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Global() | ast.Nonlocal():
                return
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Expr(value=ast.Call() as call) if is_logging(call):
                return
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                return
            case _:
                begin = self._lines = head(node)
                # No function reads what a class's body assigns by its bare name: that name there is another.
                outside = self._function is None and not self._classes
                self._loads = assigned(node) if outside else frozenset()
                if may_go(node, in_init=self._name == "__init__"):
                    yield self._mutant(node, parent, name, index, ast.Pass(), "(removed)")
                yield from self._parts(node)
                for block in ("body", "orelse", "finalbody"):
                    yield from self.body(node, block)
                for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                    self._lines = begin
                    if isinstance(handler, ast.match_case) and handler.guard is not None:
                        self._lines = range(handler.guard.lineno, handler.guard.lineno + 1)
                        yield from self._condition(handler.guard, handler, "guard")
                    yield from self.body(handler)

    def _defined(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Mutant]:
        if node.name == "__repr__":
            return
        self._lines, self._loads = range(node.lineno, node.lineno + 1), frozenset()
        for name in ("defaults", "kw_defaults"):
            for index, value in enumerate(getattr(node.args, name)):
                if value is not None:
                    yield from self._expression(value, node.args, name, index)
        outer, self._name = (self._function, self._name), node.name
        if self._function is None:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            self._function = (".".join([*self._classes, node.name]), first)
        yield from self.body(node)
        self._function, self._name = outer

    def _parts(self, node: ast.stmt) -> Iterator[Mutant]:
        """The expressions of a statement itself."""
        match node:
            case ast.If() | ast.While():
                yield from self._condition(node.test, node, "test", both=isinstance(node, ast.If))
            case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
                yield self._mutant(node, node, "value", None, ast.Constant(None), "return None")
                yield from self._expression(value, node, "value")
            case ast.AugAssign() if new := _ARITHMETIC.get(type(node.op)):
                changed = copy.copy(node)
                changed.op = new()
                yield self._mutant(node, node, "op", None, new(), ast.unparse(changed))
                yield from self._expression(node.value, node, "value")
            case ast.AnnAssign():
                if node.value is not None and not is_type(node.value):
                    yield from self._expression(node.value, node, "value")
            case _:
                yield from self._children(node)

    def _children(self, node: ast.AST) -> Iterator[Mutant]:
        for name, value in ast.iter_fields(node):
            for index, each in enumerate(value) if isinstance(value, list) else ((None, value),):
                if isinstance(each, ast.expr):
                    yield from self._expression(each, node, name, index)
                elif isinstance(each, ast.keyword) and each.arg not in _NO_BEHAVIOUR:
                    yield from self._expression(each.value, each, "value")
                elif isinstance(each, ast.withitem):
                    yield from self._children(each)
                elif isinstance(each, ast.comprehension):
                    yield from self._expression(each.iter, each, "iter")
                    for number, test in enumerate(each.ifs):
                        yield from self._condition(test, each, "ifs", number)

    def _condition(
        self, test: ast.expr, parent: ast.AST, name: str, index: int | None = None, *, both: bool = True
    ) -> Iterator[Mutant]:
        if not isinstance(test, ast.Constant):
            for forced in (True, False) if both else (False,):
                yield self._mutant(test, parent, name, index, ast.Constant(forced), str(forced))
        yield from self._expression(test, parent, name, index)

    def _expression(self, node: ast.expr, parent: ast.AST, name: str, index: int | None = None) -> Iterator[Mutant]:
        def to(new: ast.expr) -> Mutant:
            return self._mutant(node, parent, name, index, new, ast.unparse(ast.fix_missing_locations(new)))

        match node:
            case ast.Constant():
                for value in others(node.value):
                    yield to(ast.Constant(value))
                return
            case ast.JoinedStr():
                yield to(ast.Constant(""))
                for part in node.values:
                    if isinstance(part, ast.FormattedValue):
                        yield from self._expression(part.value, part, "value")
                return
            case ast.Call(func=ast.Name(id=called)) if called in _TYPING_CALLS:
                return
            case ast.Subscript() | ast.BinOp() if is_type(node):
                return
            case ast.Lambda():
                yield from self._expression(node.body, node, "body")
                return
            case ast.IfExp():
                yield from self._condition(node.test, node, "test")
                yield from self._expression(node.body, node, "body")
                yield from self._expression(node.orelse, node, "orelse")
                return
            case ast.Compare():
                for place, operator in enumerate(node.ops):
                    swapped = copy.copy(node)
                    swapped.ops = [*node.ops[:place], _COMPARISONS[type(operator)](), *node.ops[place + 1 :]]
                    yield to(swapped)
            case ast.BoolOp():
                yield to(ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values))
            case ast.UnaryOp(op=ast.Not() | ast.USub()):
                yield to(node.operand)
                if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
                    return
            case ast.BinOp():
                swapped = copy.copy(node)
                swapped.op = _ARITHMETIC.get(type(node.op), ast.Mult)()
                yield to(swapped)
        yield from self._children(node)

    def _mutant(self, node: ast.AST, parent: ast.AST, name: str, index: int | None, new: ast.AST, after: str) -> Mutant:
        if isinstance(new, ast.expr | ast.stmt):
            new = ast.fix_missing_locations(ast.copy_location(new, node))
        before = ast.unparse(node)
        line = getattr(node, "lineno", self._lines[0])
        lines = range(min(line, self._lines[-1]), self._lines[-1] + 1) if line in self._lines else self._lines
        return Mutant(
            self._path,
            lines,
            self._function,
            self._loads,
            short(before),
            short(after),
            self._tree,
            parent,
            name,
            index,
            new,
        )
