"""The real macOS behind `lockdown.macos.facade`: AppKit by PyObjC, the kernel and the window server by ctypes.

Type-checked only: nobody has run it yet.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import AppKit
import objc
from PyObjCTools import AppHelper

from lockdown.contract.errors import GuardError
from lockdown.macos.facade import RunningApplication

assert sys.platform == "darwin"  # noqa: S101  (for the type checker)

_MAIN_THREAD_TIMEOUT_S = 2.0
_MOST_DISPLAYS = 32
_KERN, _KERN_PROC, _KERN_PROC_PID = 1, 14, 1  # CTL_KERN, KERN_PROC, KERN_PROC_PID
_PROC_INFO_BYTES = 648  # sizeof(struct kinfo_proc)
_FLAGS_AT = 32  # kp_proc.p_flag, after p_un (16), p_vmspace (8) and p_sigacts (8)
_TRACED = 0x800  # P_TRACED
_FROM_ANOTHER_DEVICE = "com.apple.is-remote-clipboard"

_system = ctypes.CDLL("/usr/lib/libSystem.dylib", use_errno=True)
_graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
_graphics.CGSessionCopyCurrentDictionary.restype = ctypes.c_void_p
Answer = TypeVar("Answer")


def _on_main_thread(ask: Callable[[], Answer], otherwise: Answer) -> Answer:
    """Return what `ask` says on the main thread, where AppKit wants it; `otherwise` where that does not come to it."""
    if threading.current_thread() is threading.main_thread():
        return ask()
    answered = threading.Event()
    answers: list[Answer] = []

    def answer() -> None:
        answers.append(ask())
        answered.set()

    AppHelper.callAfter(answer)
    return answers[0] if answered.wait(_MAIN_THREAD_TIMEOUT_S) else otherwise


class AppKitApplication:
    """`lockdown.macos.facade.Application` of this process."""

    def presentation(self) -> int:
        """Return NSApplication's presentationOptions."""
        return _on_main_thread(lambda: int(AppKit.NSApplication.sharedApplication().presentationOptions()), 0)

    def present(self, options: int) -> None:
        """Set them."""

        def ask() -> bool:
            try:
                AppKit.NSApplication.sharedApplication().setPresentationOptions_(options)
            except objc.error:  # NSInvalidArgumentException
                return False
            return True

        if not _on_main_thread(ask, False):
            raise GuardError("macOS refuses these presentation options; close other full-screen windows")

    def in_front(self) -> bool:
        """Return whether the frontmost program is this process."""
        front: Any = AppKit.NSWorkspace.sharedWorkspace().frontmostApplication()
        return front is not None and int(front.processIdentifier()) == os.getpid()

    def come_to_front(self) -> None:
        """Activate this program, also over others."""
        _on_main_thread(lambda: AppKit.NSApplication.sharedApplication().activateIgnoringOtherApps_(True), None)


class GeneralPasteboard:
    """`lockdown.macos.facade.Pasteboard` of the user."""

    def change_count(self) -> int:
        """Return its changeCount."""
        return int(AppKit.NSPasteboard.generalPasteboard().changeCount())

    def from_another_device(self) -> bool:
        """Return whether its kinds hold the mark of Universal Clipboard; contents are not asked for."""
        return _FROM_ANOTHER_DEVICE in (AppKit.NSPasteboard.generalPasteboard().types() or ())

    def clear(self) -> None:
        """Empty it."""
        AppKit.NSPasteboard.generalPasteboard().clearContents()


class ThisMac:
    """`lockdown.macos.facade.Machine` of this computer."""

    def number(self, name: str) -> int | None:
        """Ask sysctlbyname."""
        value, size = ctypes.c_int64(0), ctypes.c_size_t(8)
        failed = _system.sysctlbyname(name.encode(), ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0))
        return None if failed else value.value

    def traced(self) -> bool:
        """Ask the kernel for this process's flags."""
        question = (ctypes.c_int * 4)(_KERN, _KERN_PROC, _KERN_PROC_PID, os.getpid())
        info, size = ctypes.create_string_buffer(_PROC_INFO_BYTES), ctypes.c_size_t(_PROC_INFO_BYTES)
        if _system.sysctl(question, 4, info, ctypes.byref(size), None, ctypes.c_size_t(0)):
            return False
        return bool(int.from_bytes(info.raw[_FLAGS_AT : _FLAGS_AT + 4], sys.byteorder) & _TRACED)

    def since_boot_s(self) -> float:
        """Ask the kernel; `time.monotonic` is CLOCK_UPTIME_RAW there, which stops in sleep."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

    def displays(self) -> int | None:
        """Ask CoreGraphics for the displays that are online."""
        number = ctypes.c_uint32()
        found = (ctypes.c_uint32 * _MOST_DISPLAYS)()
        failed = _graphics.CGGetOnlineDisplayList(_MOST_DISPLAYS, found, ctypes.byref(number))
        return None if failed else number.value

    def session(self) -> Mapping[str, bool]:
        """Ask the window server for the truth values of its session dictionary."""
        place = _graphics.CGSessionCopyCurrentDictionary()
        if not place:
            return {}
        known: Any = objc.objc_object(c_void_p=place)
        return {str(key): bool(known[key]) for key in known if str(key).endswith(("Key", "IsLocked"))}

    def applications(self) -> Sequence[RunningApplication]:
        """Ask NSWorkspace."""
        running: Any = AppKit.NSWorkspace.sharedWorkspace().runningApplications()
        return tuple(
            RunningApplication(int(each.processIdentifier()), str(each.bundleIdentifier() or "") or None)
            for each in running
        )
