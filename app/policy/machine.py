r"""What the people who manage a machine have set on it, once and for every exam: the machine's own policy.

It comes from where the system keeps what an administrator manages and a test taker cannot write:

* Linux: every `*.json` of `/etc/invigilo/policies/managed`, in the order of their names, a later file over an earlier
  one, as Chromium reads its own;
* Windows: the values of `HKLM\Software\Policies\Invigilo`, as group policy writes them;
* macOS: `/Library/Managed Preferences/org.invigilo.client.plist`, as device management writes it.

Where nothing is set, the machine is a test taker's own. What cannot be followed is a problem that is shown, by
`invigilo policy show` and in the device check, and the rest holds: a file with a mistake never makes a lab machine of
somebody's own, nor keeps an exam from being sat.
"""

from __future__ import annotations

import plistlib
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError

from pydantic import BaseModel, ConfigDict, ValidationError

from app.policy import strict_json
from resources.language import _, isolate

MANAGED = Path("/etc/invigilo/policies/managed")
REGISTRY = r"Software\Policies\Invigilo"
PROFILE = Path("/Library/Managed Preferences/org.invigilo.client.plist")
MAX_POLICY_BYTES = 64 * 1024

_IN_THE_REGISTRY = {"LabMachine": "lab_machine"}

_ADMINISTRATOR = 0


@dataclass(frozen=True, slots=True)
class MachinePolicy:
    """The policy in force.

    Attributes:
        lab_machine: staff manage this machine, so an exam may change settings that outlive the client; each is
            journalled before and put back after.
        sources: key to the name of the file, registry key or profile that set it; a key that is absent has its default.
        problems: what was set and is not followed, a sentence each: what, where and what to do.
    """

    lab_machine: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class _Set(BaseModel):
    """One place's values, of the kinds its system can write: JSON has booleans, the registry 0 and 1."""

    model_config = ConfigDict(extra="allow")

    lab_machine: bool | None = None


def machine_policy() -> MachinePolicy:
    """Read the policy of this machine; quick, and never fails."""
    if sys.platform == "win32":
        return _combined(_registry())
    elif sys.platform == "darwin":
        return _combined(_profile(PROFILE))
    else:
        return policy_of(MANAGED)


def policy_of(folder: Path, *, administrator: int = _ADMINISTRATOR) -> MachinePolicy:
    """Read the policy that the files of `folder` make together.

    A file counts only where nobody but user `administrator` can write it or the folder.
    """
    try:
        files = sorted(folder.glob("*.json"))
        if files and (problem := _writable_by_others(folder, administrator)):
            return MachinePolicy(problems=(problem,))
    except OSError as error:
        return MachinePolicy(
            problems=(
                _("{place}: the folder cannot be read ({reason}).").format(
                    place=isolate(folder.name), reason=isolate(error.strerror)
                ),
            )
        )
    places: dict[str, Mapping[str, object] | str] = {}
    for file in files:
        places[file.name] = _values(file, administrator)
    return _combined(places)


def _writable_by_others(place: Path, administrator: int) -> str:
    """Why `place` may be somebody else's word, empty where it cannot be."""
    known = place.stat()
    if known.st_uid == administrator and not known.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return ""
    return _(
        "{place}: others than the administrator can write it, so it is not followed. "
        "Make root its owner and take away the right of group and others to write."
    ).format(place=isolate(place.name))


def _values(file: Path, administrator: int) -> Mapping[str, object] | str:
    try:
        if problem := _writable_by_others(file, administrator):
            return problem
        with file.open("rb") as opened:
            data = opened.read(MAX_POLICY_BYTES + 1)
        if len(data) > MAX_POLICY_BYTES:
            return _("{place}: larger than {limit} bytes, so it is not followed.").format(
                place=isolate(file.name), limit=MAX_POLICY_BYTES
            )
        values = strict_json.parse(data)
    except OSError as error:
        return _unreadable(file.name, error.strerror)
    except ValueError as error:
        return _unreadable(file.name, error)
    if isinstance(values, dict):
        return values
    return _("{place}: not a JSON object, so it is not followed.").format(place=isolate(file.name))


def _unreadable(place: str, reason: object) -> str:
    return _("{place}: cannot be read ({reason}), so it is not followed. Correct it or remove it.").format(
        place=isolate(place), reason=isolate(reason)
    )


if sys.platform == "win32":
    import winreg

    def _registry() -> dict[str, Mapping[str, object] | str]:
        values: dict[str, object] = {}
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, REGISTRY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, number)
                    values[_IN_THE_REGISTRY.get(name, name)] = value
        except FileNotFoundError:
            return {}
        except OSError as error:
            return {"registry": _unreadable("registry", error.strerror)}
        return {"registry": values}


def _profile(file: Path) -> dict[str, Mapping[str, object] | str]:
    try:
        values = plistlib.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, ExpatError) as error:
        return {"profile": _unreadable(file.name, error)}
    if isinstance(values, dict):
        return {"profile": values}
    return {"profile": _("{place}: not a dictionary, so it is not followed.").format(place=isolate(file.name))}


def _combined(places: Mapping[str, Mapping[str, object] | str]) -> MachinePolicy:
    """Take one place after the other; text in a value's stead is why the place is not followed."""
    lab_machine = False
    sources: dict[str, str] = {}
    problems: list[str] = []
    for place, values in places.items():
        if isinstance(values, str):
            problems.append(values)
            continue
        try:
            read = _Set.model_validate(dict(values))
        except ValidationError:
            problems.append(
                _("{place}: “{key}” is neither true nor false, so it is not followed.").format(
                    place=isolate(place), key="lab_machine"
                )
            )
            continue
        problems += [
            _("{place}: this version knows no key “{key}”.").format(place=isolate(place), key=isolate(key[:60]))
            for key in sorted(read.model_extra or {})
        ]
        if read.lab_machine is not None:
            lab_machine, sources["lab_machine"] = read.lab_machine, place
    return MachinePolicy(lab_machine, sources, tuple(problems))
