"""What a piece of Python is, as far as changing it goes: a type, a log line, something that may go."""

from __future__ import annotations

import ast

_COUNTED = 16
"""Whole numbers up to here are places and counts, changed by one; larger ones are measures, doubled and halved."""
_LOGGERS = frozenset({"_LOG", "_log", "logging"})
_LONGEST = 76


def others(value: object) -> tuple[object, ...]:
    match value:
        case bool():
            return (not value,)
        case int() if abs(value) <= _COUNTED:
            return (value + 1, value - 1)
        case int():
            return (value * 2, value // 2)
        case float():
            return (value * 2, value / 2) if value else (1.0,)
        case str():
            return ("" if value else "mutant",)
        case bytes():
            return (b"" if value else b"mutant",)
    return ()


def head(node: ast.stmt) -> range:
    """The lines of a statement, or of what stands before its block."""
    match node:
        case ast.If() | ast.While():
            last = node.test.end_lineno
        case ast.For() | ast.AsyncFor():
            last = node.iter.end_lineno
        case ast.With() | ast.AsyncWith():
            last = node.items[-1].context_expr.end_lineno
        case ast.Match():
            last = node.subject.end_lineno
        case ast.Try():
            last = node.lineno
        case _:
            last = node.end_lineno
    return range(node.lineno, (last or node.lineno) + 1)


def may_go(node: ast.stmt, *, in_init: bool) -> bool:
    """Whether a program without this statement is one: what it assigns is there, what it calls changes something."""
    match node:
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Break() | ast.Continue():
            return True
        case ast.Return(value=None):
            return True
        case (
            ast.Assign(targets=[ast.Attribute() | ast.Subscript() | ast.Tuple()])
            | ast.AnnAssign(target=ast.Attribute(), value=ast.expr())
        ):
            return not in_init
    return False


def assigned(node: ast.stmt) -> frozenset[str]:
    return frozenset(
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )


def is_logging(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in _LOGGERS
    )


def is_type(node: ast.expr) -> bool:
    """Whether an expression is a type, such as `Literal["a"]` or `Opened | Closed`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return all(is_type(each) or names_a_class(each) for each in (node.left, node.right))
    return (
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in {"Literal", "NDArray"}
    )


def names_a_class(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id[:1].isupper() and not node.id.isupper()


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
