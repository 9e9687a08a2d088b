"""Writes bcryptprimitives.dll for Wines that have none yet: it holds no code and forwards its one function.

Programs made with Rust (pydantic's core is one) take their random bytes from its ProcessPrng. Here that name leads to
the system's own generator in advapi32, which takes the same arguments. Usage: ``forwarding_dll.py FILE``.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

SECTION_RVA, FILE_ALIGNMENT = 0x1000, 0x200
NAME, FUNCTION, TARGET = b"bcryptprimitives.dll\0", b"ProcessPrng\0", b"advapi32.SystemFunction036\0"


def forwarding_dll() -> bytes:
    """Return a 64-bit DLL whose only content is an export directory with one forwarded function."""
    directory_size = 40
    functions = SECTION_RVA + directory_size
    names, ordinals = functions + 4, functions + 8
    name = ordinals + 4
    function = name + len(NAME)
    target = function + len(FUNCTION)
    exports = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, name, 1, 1, 1, functions, names, ordinals)
    exports += struct.pack("<IIHH", target, function, 0, 0) + NAME + FUNCTION + TARGET
    section = exports.ljust(FILE_ALIGNMENT, b"\0")
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    optional = struct.pack("<HBBIIIII", 0x20B, 14, 0, 0, len(section), 0, 0, SECTION_RVA)
    optional += struct.pack("<QII", 0x180000000, 0x1000, FILE_ALIGNMENT)
    optional += struct.pack("<HHHHHHIIIIHH", 6, 0, 0, 0, 6, 0, 0, 0x2000, FILE_ALIGNMENT, 0, 3, 0x160)
    optional += struct.pack("<QQQQII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += struct.pack("<II", SECTION_RVA, len(exports)) + bytes(15 * 8)
    header = struct.pack(
        "<8sIIIIIIHHI", b".rdata", len(exports), SECTION_RVA, len(section), FILE_ALIGNMENT, 0, 0, 0, 0, 0x40000040
    )
    return (dos + coff + optional + header).ljust(FILE_ALIGNMENT, b"\0") + section


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(forwarding_dll())
