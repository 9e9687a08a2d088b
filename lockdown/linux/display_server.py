"""Signs that the X server shows its screen in a window of another one, to the network or to nobody, and on no glass.

Such a server is an honest way to work, and a way to lay notes over the exam outside of what this program can see. No
sign is proof: virtual machines lack some of what is looked for too.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from lockdown.contract.errors import LockdownError
from lockdown.contract.evidence import DisplayEvidence

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.text_file import read_text  # noqa: E402  (empty to the type checker on other platforms)
from lockdown.linux.x11 import XServer  # noqa: E402

_WITHOUT_GLASS = (
    "Xvfb",
    "Xephyr",
    "Xnest",
    "Xvnc",
    "Xtigervnc",
    "Xtightvnc",
    "Xwayland",
    "Xdummy",
    "nxagent",
    "x2goagent",
)
_EXTENSIONS = ("VNC-EXTENSION", "XWAYLAND")
_SLAVES = frozenset({3, 4})  # pointers and keyboards, of XI2
_ALL_DEVICES = 0
_HEAD_BYTES, _DEVICE_BYTES = 32, 12


def display_evidence(environ: Mapping[str, str]) -> DisplayEvidence:
    """Ask the X server that `environ` names; no signs where it cannot be asked. It may take what the server takes."""
    try:
        server = _DisplayServer(environ.get("DISPLAY", ""))
    except LockdownError:
        return DisplayEvidence()
    try:
        process, outputs, inputs = server.process(), server.has_glass(), server.has_devices()
        extension = any(map(server.offers, _EXTENSIONS))
    finally:
        server.close()
    return DisplayEvidence(
        server=process.startswith(_WITHOUT_GLASS) or extension, outputs=outputs is False, inputs=inputs is False
    )


class _DisplayServer(XServer):
    """An X server asked about itself."""

    def __init__(self, display: str) -> None:
        super().__init__(display)
        number, short, byte = ctypes.c_uint32, ctypes.c_uint16, ctypes.c_uint8
        self._input: ctypes.CDLL | None
        try:
            self._input = ctypes.CDLL("libxcb-xinput.so.0")
        except OSError:
            self._input = None
        asked: tuple[tuple[ctypes.CDLL | None, str, tuple[object, ...]], ...] = (
            (self._xcb, "xcb_query_extension", (short, ctypes.c_char_p)),
            (self._randr, "xcb_randr_get_output_property", (number, number, number, number, number, byte, byte)),
            (self._input, "xcb_input_xi_query_version", (short, short)),
            (self._input, "xcb_input_xi_query_device", (short,)),
            (self._input, "xcb_input_xi_get_property", (short, byte, number, number, number, number)),
        )
        for library, name, takes in asked:
            if library is not None:
                self._declare_question(library, name, takes)

    def process(self) -> str:
        """Return what the server's process calls itself; nothing where it has no number here."""
        with socket.fromfd(self.descriptor, socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        number = struct.unpack("3i", credentials)[0]
        return read_text(Path(f"/proc/{number}/comm")) if number else ""

    def offers(self, extension: str) -> bool:
        """Return whether the server has an extension of this name."""
        name = extension.encode()
        answer = self._ask(self._xcb, "xcb_query_extension", len(name), name)
        return answer is not None and bool(answer[8])

    def has_glass(self) -> bool | None:
        """Return whether an output knows the display that is connected to it, by its EDID; None: nobody says."""
        known = self._ask(self._randr, "xcb_randr_get_screen_resources_current", self.root)
        if known is None:
            return None
        displays, outputs = struct.unpack_from("<HH", known, 16)
        numbers = struct.unpack_from(f"<{outputs}I", known, _HEAD_BYTES + 4 * displays)
        edid = self.atom("EDID")
        replies = (
            self._ask(self._randr, "xcb_randr_get_output_property", number, edid, 0, 0, 32, 0, 0) for number in numbers
        )
        return any(answer is not None and struct.unpack_from("<I", answer, 16)[0] > 0 for answer in replies)

    def has_devices(self) -> bool | None:
        """Return whether a keyboard or pointer is a device of the kernel's; None: nobody says."""
        if self._input is None or self._ask(self._input, "xcb_input_xi_query_version", 2, 2) is None:
            return None
        listed = self._ask(self._input, "xcb_input_xi_query_device", _ALL_DEVICES)
        if listed is None:
            return None
        node = self.atom("Device Node")
        replies = (
            self._ask(self._input, "xcb_input_xi_get_property", number, 0, node, 0, 0, 1) for number in _slaves(listed)
        )
        return any(answer is not None and struct.unpack_from("<I", answer, 8)[0] for answer in replies)


def _slaves(listed: bytes) -> Sequence[int]:
    """Return the numbers of the devices below a seat, from the server's list of all."""
    found, at = [], _HEAD_BYTES
    for _ in range(struct.unpack_from("<H", listed, 8)[0]):
        number, use, _, classes, name = struct.unpack_from("<5H", listed, at)
        at += _DEVICE_BYTES + (name + 3) // 4 * 4
        for _ in range(classes):
            at += 4 * struct.unpack_from("<H", listed, at + 2)[0]
        if use in _SLAVES:
            found.append(number)
    return found
