"""Virtual cameras and microphones on Linux: V4L and ALSA from /sys and /proc, PulseAudio's through `pactl`.

PipeWire answers `pactl` in PulseAudio's words. Names that people give such devices are compared and dropped.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from lockdown.watching.virtual_devices import MadeBy, VirtualDevice

assert sys.platform == "linux"  # noqa: S101  (for the type checker)

from lockdown.linux.text_file import read_text  # noqa: E402  (empty to the type checker on other platforms)

_RESPONSE_TIMEOUT_S = 3.0
_MODULES: Mapping[str, MadeBy] = {
    "module-null-sink": "pulse-null-sink",
    "module-remap-source": "pulse-remap-source",
    "module-virtual-source": "pulse-virtual-source",
    "module-pipe-source": "pulse-pipe-source",
    "module-tunnel-source": "pulse-tunnel-source",
}
_OF_NO_SOUND_CARD = "auto_null"  # the sink that the server makes itself where there is no sound card


class LinuxVirtualDevices:
    """Lists them; `root` is a file system with /sys and /proc, `sound_server` asks PulseAudio or PipeWire too."""

    def __init__(self, root: Path = Path("/"), *, sound_server: bool = True) -> None:
        self._root = root
        self._pactl = shutil.which("pactl") if sound_server else None
        self._changed: Callable[[], None] | None = None
        self._modules: dict[str, VirtualDevice] = {}
        self._following: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None

    def start(self, changed: Callable[[], None]) -> None:
        """Follow the sound server's modules; without one, or without `pactl`, ALSA and V4L are all that is seen."""
        if self._pactl is None:
            return
        self._changed = changed
        self._modules = self._loaded()
        with contextlib.suppress(OSError):
            self._following = subprocess.Popen(
                [self._pactl, "subscribe"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env=_in_english(),
            )  # fmt: skip
            self._thread = threading.Thread(target=self._follow, name="lockdown-sound", daemon=True)
            self._thread.start()

    def present(self) -> Mapping[str, VirtualDevice]:
        """Return the virtual devices there are."""
        modules = self._modules if self._following is not None else self._loaded()
        return {**self._cameras(), **self._sound_cards(), **modules}

    def stop(self) -> None:
        """Stop following."""
        following, self._following = self._following, None
        if following is not None:
            following.terminate()
            following.wait()
        if self._thread is not None:
            self._thread.join()
        if following is not None and following.stdout is not None:
            following.stdout.close()
        self._thread = None

    def _follow(self) -> None:
        following, changed = self._following, self._changed
        if following is None or following.stdout is None or changed is None:
            return
        for line in following.stdout:
            if " module " in line:
                self._modules = self._loaded()
                changed()

    def _loaded(self) -> dict[str, VirtualDevice]:
        if self._pactl is None:
            return {}
        try:
            listed = subprocess.run(
                [self._pactl, "list", "short", "modules"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_RESPONSE_TIMEOUT_S, check=False,
                env=_in_english(),
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return {}
        found = {}
        for line in listed.stdout.splitlines():
            number, _, rest = line.partition("\t")
            name, _, arguments = rest.partition("\t")
            if name in _MODULES and f"={_OF_NO_SOUND_CARD}" not in arguments:
                found[f"module {number}"] = VirtualDevice("microphone", _MODULES[name])
        return found

    def _cameras(self) -> dict[str, VirtualDevice]:
        found = {}
        for folder in (self._root / "sys/class/video4linux").glob("video*"):
            made_by = _camera_made_by(read_text(folder / "name"), folder.resolve())
            if made_by is not None:
                found[folder.name] = VirtualDevice("camera", made_by)
        return found

    def _sound_cards(self) -> dict[str, VirtualDevice]:
        cards = read_text(self._root / "proc/asound/cards").splitlines()
        return {
            f"card {line.split()[0]}": VirtualDevice("microphone", "alsa-loopback")
            for line in cards
            if "]: Loopback" in line
        }


def _camera_made_by(name: str, place: Path) -> MadeBy | None:
    """Tell by the driver's name, else by its place: what is below /sys/devices/virtual has no hardware behind it."""
    if "virtual" not in place.parts:
        return None
    if "obs" in name.lower().split():
        return "obs"
    if (place / "max_openers").exists() or name.startswith("Dummy video device"):
        return "v4l2loopback"
    return "akvcam" if "akvcam" in name.lower() else "virtual-driver"


def _in_english() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
