"""A small JSON file that a person has written for the program: read, or refused with every fault named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from app.institution.errors import UsageError
from app.institution.exams.fault_words import fault_in_words
from app.policy import strict_json
from app.policy.errors import SettingsFault
from app.policy.section import faults_of
from resources.language import _, isolate

MAX_BYTES = 64 * 1024

_Model = TypeVar("_Model", bound=BaseModel)


def read_object(path: Path, what: str, max_bytes: int = MAX_BYTES) -> dict[str, object]:
    """Read the JSON object in `path`; `what` names in the message what it should hold, as in “levels”.

    Raises:
        UsageError: it cannot be read, is larger than `max_bytes`, or is no JSON object.
    """
    try:
        data = path.read_bytes()
        if len(data) > max_bytes:
            raise UsageError(_("“{file}” has more than {limit} bytes").format(file=isolate(path), limit=max_bytes))
        value = strict_json.parse(data)
    except OSError as error:
        raise UsageError(
            _("“{file}” cannot be read: {reason}").format(file=isolate(path), reason=isolate(error.strerror))
        ) from error
    except strict_json.LooseJson as error:
        raise _refused(path, what, (SettingsFault((), error.fault, error.facts),), "") from error
    if not isinstance(value, dict):
        raise UsageError(
            _("“{file}” holds no {what}: it must be a JSON object").format(file=isolate(path), what=isolate(what))
        )
    return value


def read_model(path: Path, what: str, model: type[_Model]) -> _Model:
    """Read `path` as one `model`; raises `UsageError` as `read_object`, and with every fault of its values."""
    return checked(read_object(path, what), path, what, model)


def checked(value: dict[str, object], path: Path, what: str, model: type[_Model]) -> _Model:
    """Take `value`, read from `path`, as one `model`; raises `UsageError` that names every fault."""
    try:
        # As JSON again: there strict means that "5" is no number, and a list is still a list.
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _refused(path, what, faults_of(error), path.read_text("utf-8", errors="replace")) from error


def _refused(path: Path, what: str, faults: tuple[SettingsFault, ...], text: str) -> UsageError:
    lines = " ".join(fault_in_words(fault, text) for fault in faults)
    return UsageError(
        _("“{file}” holds no {what}: {faults}").format(file=isolate(path), what=isolate(what), faults=lines)
    )
