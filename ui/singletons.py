"""Keeps Python's None, True and False alive under PySide 6.12 on Python 3.11.

PySide 6.12.0 hands these out as if they could never be freed, which holds from Python 3.12 on (PEP 683). On 3.11 each
`Signal.emit` costs a reference to True and each turn of an event loop two to None: after some 4,000 signals Python
aborts ("bool_dealloc: deallocating True or False"), in the middle of an exam. So they get a count that no exam uses
up, which is what 3.12 does itself. `tests/window/test_singletons.py` shows the fault and the cure.
"""

import ctypes
import sys

_ENOUGH = 1 << 60


def keep_alive() -> None:
    """Raise the reference counts once; does nothing on Python 3.12 and later or another Python than CPython."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for singleton in (None, True, False, NotImplemented, Ellipsis):
        count = ctypes.c_ssize_t.from_address(id(singleton))  # ob_refcnt is the first field of every object
        if count.value < _ENOUGH // 2:
            count.value += _ENOUGH
