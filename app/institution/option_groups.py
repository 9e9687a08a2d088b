"""Options that stand together in many commands, written down once: a frozen dataclass whose fields are options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints


def expanded(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` as Typer reads it: each parameter that is a group of options stands as the options themselves.

    The order of the options is that of the parameters. A group may hold another one. Names are unique in a command.
    """
    given = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in given.items() if is_dataclass(kind)}
    parameters: list[inspect.Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        if parameter.name in groups:
            parameters += _options(groups[parameter.name])
        else:
            named = parameter.replace(annotation=given[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
            parameters.append(named)

    def run(**values: Any) -> None:
        made = {name: _taken(kind, values) for name, kind in groups.items()}
        command(**values, **made)

    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect looks for first
    return run


def _options(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    found: list[inspect.Parameter] = []
    for each in fields(group):
        if is_dataclass(hints[each.name]):
            found += _options(hints[each.name])
        else:
            kind = inspect.Parameter.KEYWORD_ONLY
            found.append(inspect.Parameter(each.name, kind, default=each.default, annotation=hints[each.name]))
    return found


def _taken(group: Any, values: dict[str, Any]) -> object:
    """Make a group of its options, which are taken out of `values`."""
    hints: Mapping[str, Any] = get_type_hints(group, include_extras=True)
    return group(
        **{
            each.name: _taken(hints[each.name], values) if is_dataclass(hints[each.name]) else values.pop(each.name)
            for each in fields(group)
        }
    )
