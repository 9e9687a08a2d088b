"""The Config Key of Safe Exam Browser: SHA-256 of the settings in one prescribed spelling.

The spelling looks like JSON and is none: backslashes are written as they are. Its description
(https://safeexambrowser.org/developer/seb-config-key.html) leaves some values open, and Safe Exam Browser for Windows
and Moodle, which compares the key, spell those differently. Both are here; for most files they are the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from app.policy.seb.property_list import Data, Real, Value

_LEFT_OUT = "originatorVersion"


class Spelling(StrEnum):
    """Whose spelling of the values that the description leaves open."""

    SEB = "seb"
    MOODLE = "moodle"


def config_key(settings: Mapping[str, Value], spelling: Spelling) -> str:
    """Return the key, 64 hexadecimal digits; exactly the keys of the file count, those that nobody knows among them."""
    return hashlib.sha256(spelled(settings, spelling).encode()).hexdigest()


def spelled(settings: Mapping[str, Value], spelling: Spelling) -> str:
    """Return what is hashed."""
    if spelling is Spelling.MOODLE:
        kept = _pruned(settings)
        return _moodle(kept) if kept else "[]"  # PHP knows one empty group
    return _seb(settings)


def _seb(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Real(number):
            return f"{number or 0.0:.15g}".upper()
        case str():
            return '"' + value.replace('"', '\\"') + '"'
        case Data(data):
            return f'"{base64.b64encode(data).decode()}"'
        case datetime():
            return value.isoformat(timespec="microseconds").replace("+00:00", "0Z")
        case tuple():
            return f"[{','.join(map(_seb, value))}]"
        case _:
            # As .NET's invariant culture sorts: the underscore first, and lower case before upper where all else is
            # equal.
            order = sorted(value, key=lambda key: (key.lower().replace("_", "\x01"), key.swapcase()))
            kept = [key for key in order if key.lower() != _LEFT_OUT.lower() and value[key] != {}]
            return _group((f'"{key}"', _seb(value[key])) for key in kept)


def _pruned(value: Mapping[str, Value]) -> dict[str, Value]:
    """Without the version of the writer and without empty groups, innermost first."""

    def within(each: Value) -> Value:
        match each:
            case Mapping():
                return _pruned(each)
            case tuple():
                return tuple(inner for inner in map(within, each) if inner != {})
            case _:
                return each

    inner = {key: within(each) for key, each in value.items() if key != _LEFT_OUT}
    return {key: each for key, each in inner.items() if each != {}}


def _moodle(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case Real(number):
            return _moodle_real(number)
        case str():
            return _moodle_string(value)
        case Data(_, text):
            return _moodle_string(text)
        case datetime():
            return _moodle_string(value.isoformat(timespec="seconds"))
        case tuple():
            return f"[{','.join(map(_moodle, value))}]"
        case _:
            order = sorted(value, key=lambda key: key.encode().lower())
            return _group((_moodle_string(key), _moodle(value[key])) for key in order)


def _group(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in members) + "}"


def _moodle_string(text: str) -> str:
    parts = [json.dumps(part, ensure_ascii=False) for part in text.split("\\")]
    spelled = '"' + "\\".join(part[1:-1] for part in parts) + '"'
    return spelled.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _moodle_real(number: float) -> str:
    """PHP as Moodle sets it up: written with 14 digits, read again, and written with 17."""
    text = f"{float(f'{number or 0.0:.14g}'):.17g}"
    digits, exponential, exponent = text.partition("e")
    if not exponential:
        return text
    return f"{digits}{'' if '.' in digits else '.0'}e{int(exponent):+d}"
