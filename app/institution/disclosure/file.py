"""The one file that is handed out for an appeal: sealed segments, their keys, the log that vouches for them, a note.

A ZIP archive without compression, so that any program opens it::

    note.json           who disclosed what of which recording, when and why; not signed, refused where it contradicts
    disclosure.json     the keys (crypto/FORMAT.md, "Disclosure of single segments")
    header.isf  log.isf  seg/SS-IIIIIIII.isg      as they were sealed; the log up to the last of the segments

Whoever has the file can open these segments and no others. It is as secret as what it shows.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.durable_files.writing import write_file
from app.institution.errors import DisclosureRefused
from crypto.disclosure import MAX_FILE_BYTES, MAX_SEGMENTS_DISCLOSED, Disclosure
from crypto.errors import FormatError
from crypto.faults import Fault
from crypto.names import HEADER_NAME, LOG_NAME, largest, parse_segment_name
from resources.language import _, isolate

SUFFIX = ".disclosure.zip"
MAX_BYTES = 256 * 1024 * 1024
"""Half an hour of a webcam at 1 Mbit/s; an appeal is about moments."""

MAX_REASON_CHARACTERS = 1000

_NOTE, _KEYS = "note.json", "disclosure.json"
_MOST_MEMBERS = MAX_SEGMENTS_DISCLOSED + 4
_MAX_NOTE_BYTES = 256 * 1024


class DisclosureNote(BaseModel):
    """What the institution says of its disclosure. Not signed: what it repeats of the header is checked against it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["invigilo-disclosure-note"] = "invigilo-disclosure-note"
    version: Literal[1] = 1
    institution: Annotated[str, Field(max_length=200)]
    exam: Annotated[str, Field(max_length=100)]
    session: Annotated[str, Field(max_length=64)]
    candidate: Annotated[str, Field(max_length=200)]
    stream: Annotated[str, Field(max_length=32)]
    from_s: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """Seconds since the start of the attempt, as asked for; the segments reach a little further on both sides."""
    to_s: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    first_index: Annotated[int, Field(ge=0)]
    """The first segment of the clip itself; one before it is there only because nothing would play without it."""
    segments: Annotated[int, Field(ge=1, le=MAX_SEGMENTS_DISCLOSED)]
    disclosed_by: Annotated[str, Field(max_length=200)]
    """Whose key opened the recording."""
    disclosed_at: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, Field(max_length=MAX_REASON_CHARACTERS)]
    program: Annotated[str, Field(max_length=100)]


@dataclass(frozen=True)
class DisclosedClip:
    """A disclosure with all that is needed to open it; a `crypto.folder.SealedSource` of what it holds."""

    note: DisclosureNote
    disclosure: Disclosure
    objects: Mapping[str, bytes]
    """The sealed objects by name."""

    def names(self) -> Sequence[str]:
        """See `SealedSource.names`."""
        return tuple(self.objects)

    def read(self, name: str) -> bytes:
        """See `SealedSource.read`."""
        if name not in self.objects:
            raise FormatError(f"{name}: it is not in the disclosure.", Fault.MISSING)
        return self.objects[name]

    def write(self, path: Path) -> None:
        """Write the file, readable by its owner only; durable before it returns."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            note = self.note.model_dump_json(indent=2).encode() + b"\n"
            for name, data in ((_NOTE, note), (_KEYS, self.disclosure.encode()), *self.objects.items()):
                archive.writestr(zipfile.ZipInfo(name), data)
        write_file(path, buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> DisclosedClip:
        """Read such a file; the segments are checked when they are opened.

        Raises `DisclosureRefused`, which names the file and the member, for anything that `write` would not make.
        """
        try:
            if path.stat().st_size > 2 * MAX_BYTES:
                raise DisclosureRefused(_("“{file}” is larger than any disclosure").format(file=isolate(path.name)))
            with zipfile.ZipFile(path) as archive:
                members = _members(archive, path.name)
            note = DisclosureNote.model_validate_json(members.pop(_NOTE))
            return cls(note, Disclosure.parse(members.pop(_KEYS)), members)
        except KeyError as error:
            raise DisclosureRefused(
                _("“{file}” is no disclosure: it has no {member}").format(
                    file=isolate(path.name), member=isolate(error.args[0])
                )
            ) from error
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "content"
            raise DisclosureRefused(
                _("“{file}”: {member} cannot be read ({reason})").format(
                    file=isolate(path.name), member=_NOTE, reason=isolate(where)
                )
            ) from None
        except FormatError as error:
            raise DisclosureRefused(
                _("“{file}”: {member} cannot be read ({reason})").format(
                    file=isolate(path.name), member=_KEYS, reason=isolate(error)
                )
            ) from error
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
            raise DisclosureRefused(
                _("“{file}” cannot be read as a disclosure: {reason}").format(
                    file=isolate(path.name), reason=isolate(error)
                )
            ) from error


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS or sum(info.file_size for info in infos) > 2 * MAX_BYTES:
        raise DisclosureRefused(_("“{file}” holds more than any disclosure").format(file=isolate(file)))
    for info in infos:
        limit = {_NOTE: _MAX_NOTE_BYTES, _KEYS: MAX_FILE_BYTES}.get(info.filename)
        if limit is None and (info.filename in {HEADER_NAME, LOG_NAME} or parse_segment_name(info.filename)):
            limit = largest(info.filename)
        # Stored only: a member that unpacks to more than it takes could not be bounded by the file's size. For one that
        # says to take more than it holds, that much memory would be set aside before a byte of it is read.
        stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
        if limit is None or info.filename in found or not stored:
            raise DisclosureRefused(
                _("“{file}”: {member} has no place in a disclosure").format(
                    file=isolate(file), member=isolate(f"{info.filename!r:.80}")
                )
            )
        if info.file_size > limit:
            raise DisclosureRefused(
                _("“{file}”: {member} is larger than {limit} bytes").format(
                    file=isolate(file), member=isolate(info.filename), limit=limit
                )
            )
        found[info.filename] = archive.read(info)
    return found
