"""Cameras and microphones on Windows that no hardware is behind, from where Windows keeps the list of each.

A camera that is a program's filter is registered with DirectShow by class; hardware has a device interface instead. A
sound source whose device is enumerated below ROOT has no bus, and so no hardware. What is merely installed is noted
too: neither list says whether a program uses it now.
"""

from __future__ import annotations

import sys
import winreg
from collections.abc import Callable, Mapping

from lockdown.watching.virtual_devices import VirtualDevice

assert sys.platform == "win32"  # noqa: S101  (for the type checker)

from lockdown.windows import registry  # noqa: E402  (has the same assertion)

_CAMERA_FILTERS = r"SOFTWARE\Classes\CLSID\{860BB310-5D01-11D0-BD3B-00A0C911CE86}\Instance"
_MICROPHONES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\MMDevices\Audio\Capture"
_DEVICE_PATH = "{b3f8fa53-0004-438e-9003-51a46e139bfc},2"
_ACTIVE = 1  # DEVICE_STATE_ACTIVE
_OBS = "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}"  # OBS Studio's own class, the same in every version


class RegisteredDevices:
    """Reads both lists below `hive`."""

    def __init__(
        self, cameras: str = _CAMERA_FILTERS, microphones: str = _MICROPHONES, *, hive: int = winreg.HKEY_LOCAL_MACHINE
    ) -> None:
        self._cameras = cameras
        self._microphones = microphones
        self._hive = hive

    def start(self, changed: Callable[[], None]) -> None:
        """Nothing is announced."""

    def present(self) -> Mapping[str, VirtualDevice]:
        """Return the virtual cameras and microphones that are registered."""
        found = {}
        for name in registry.subkeys(self._hive, self._cameras):
            found[name] = VirtualDevice("camera", "obs" if name.upper() == _OBS else "virtual-driver")
        for name in registry.subkeys(self._hive, self._microphones):
            path = registry.value(self._hive, rf"{self._microphones}\{name}\Properties", _DEVICE_PATH)
            active = registry.value(self._hive, rf"{self._microphones}\{name}", "DeviceState") == _ACTIVE
            if active and "ROOT\\" in str(path).upper():
                found[name] = VirtualDevice("microphone", "virtual-driver")
        return found

    def stop(self) -> None:
        """Nothing to stop."""
