"""Interfaces, keyboards, virtual devices, tracers, clocks: on real ones where there are any, else on descriptions."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lockdown.contract.settings import Control, LockdownSettings
from lockdown.engaging.journal import Journal
from lockdown.engaging.watch import WatchThread
from lockdown.linux.debugger import traced
from lockdown.linux.inputs import ProcInputs
from lockdown.linux.network import SysfsInterfaces
from lockdown.linux.virtual_devices import LinuxVirtualDevices
from lockdown.platforms.backend import backend
from lockdown.platforms.watchers import watchers
from lockdown.readiness.checks import findings, inspect_machine
from lockdown.watching.debugger import DebuggerGuard
from lockdown.watching.inputs import InputDevice
from lockdown.watching.network import Interface, PsutilInterfaces, network_guard
from lockdown.watching.virtual_devices import VirtualDevice, virtual_device_guard
from tests.fixtures.host_processes import HIDDEN_FROM, level_here
from tests.fixtures.input_devices import DESKTOP, LAPTOP, LAPTOP_WITH_RECEIVER, MADE_BY_A_PROGRAM

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
pytestmark = pytest.mark.xdist_group("machine")
NEW = ("virtual_devices", "input_devices", "network", "debugger", "clock", "power")


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path / "journal", "test")
    yield opened
    assert opened.changes == (), "a watcher changes nothing"
    opened.close()


class Reported:
    def __init__(self):
        self.seen = []
        self.came = threading.Event()

    def violated(self, violations):
        self.seen += violations
        self.came.set()


@pytest.mark.parametrize("control", NEW)
def test_each_control_has_its_watcher_alone(control, journal):
    (guard,) = watchers(LockdownSettings.model_validate({control: "observe"}), backend())
    assert Control(guard.name).value == control
    engagement = guard.engage(journal)
    assert engagement.level == (level_here() if control in HIDDEN_FROM else "observed")
    guard.check()
    guard.release()
    guard.release()


def test_check_in_says_a_finding_for_each_and_refuses_nobody_for_a_device(tmp_path):
    settings = LockdownSettings.model_validate(dict.fromkeys(NEW, "warn"))
    found = {one.code: one for one in findings(settings, inspect_machine(settings, tmp_path, backend()), 1)}
    assert {"E-01", "K-01", "T-01", "G-01", "B-01"} <= set(found)
    assert all(found[code].state in {"ok", "attention"} for code in ("E-01", "K-01", "T-01", "B-01"))


# --- network ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def tunnel():
    """A tunnel as a VPN holds one open, down; yields its name."""
    name = f"tun{os.getpid() % 100_000}"
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("making a tunnel needs root and ip")
    try:
        held = os.open("/dev/net/tun", os.O_RDWR)
    except OSError as error:
        pytest.skip(f"no tunnel can be made here: {error.strerror}")
    try:
        fcntl.ioctl(held, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        yield name
    finally:
        os.close(held)  # it goes with its descriptor


def up(name: str, *, down: bool = False) -> None:
    subprocess.run(["ip", "link", "set", name, "down" if down else "up"], check=True, timeout=10)


def test_tunnel_that_comes_up_is_reported_at_once_without_its_name(tunnel, journal):
    guard = network_guard(SysfsInterfaces())
    guard.engage(journal)
    reported = Reported()
    watch = WatchThread([guard], 60, reported)
    watch.start()
    try:
        time.sleep(0.2)  # the first look is over
        began_ns = time.monotonic_ns()
        up(tunnel)
        assert reported.came.wait(5), "no look came before the interval of 60 s"
    finally:
        watch.stop()
        guard.release()
    (seen,) = [one for one in reported.seen if one.facts["kind"] == "tunnel"]
    assert seen.code == "network-up"
    assert seen.seen_ns > began_ns
    assert tunnel not in repr(reported.seen)


def test_tunnel_that_goes_down_is_reported(tunnel, journal):
    up(tunnel)
    guard = network_guard(SysfsInterfaces())
    guard.engage(journal)
    assert [(one.code, one.facts["since_start"]) for one in guard.check()] == [("network-up", True)]
    up(tunnel, down=True)
    assert [one.code for one in guard.check()] == ["network-down"]
    guard.release()


def described_network(root: Path, name: str, *, kind=1, flags="0x1003", state="up", device=True, **more) -> None:
    folder = root / "class/net" / name
    folder.mkdir(parents=True)
    (folder / "type").write_text(f"{kind}\n")
    (folder / "flags").write_text(f"{flags}\n")
    (folder / "operstate").write_text(f"{state}\n")
    (folder / "uevent").write_text("".join(f"{key}={value}\n" for key, value in more.items()))
    if device:
        (folder / "device").mkdir()


def test_kinds_of_interfaces_are_told_apart(tmp_path):
    described_network(tmp_path, "lo", kind=772, device=False)
    described_network(tmp_path, "enp0s31f6", state="down")
    described_network(tmp_path, "eth1")
    described_network(tmp_path, "wlp2s0", DEVTYPE="wlan")
    described_network(tmp_path, "wwan0", kind=519, DEVTYPE="wwan")
    described_network(tmp_path, "wg0", kind=65534, state="unknown", device=False, DEVTYPE="wireguard")
    described_network(tmp_path, "ppp0", kind=512, state="unknown", device=False, DEVTYPE="ppp")
    described_network(tmp_path, "docker0", device=False, DEVTYPE="bridge")
    described_network(tmp_path, "eth2", flags="0x1002")
    found = {name: one.kind for name, one in SysfsInterfaces(tmp_path).present().items()}
    assert found == {
        "eth1": "wired", "wlp2s0": "wireless", "wwan0": "mobile", "wg0": "tunnel", "ppp0": "tunnel",
        "docker0": "virtual",
    }  # fmt: skip


def test_psutil_agrees_which_interfaces_are_up(tunnel):
    up(tunnel)
    assert PsutilInterfaces().present()[tunnel] == Interface("tunnel")


# --- keyboards and mice ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (LAPTOP, [("keyboard", "built_in"), ("pointer", "built_in")]),
        (DESKTOP, [("keyboard", "usb"), ("pointer", "usb")]),
        (LAPTOP_WITH_RECEIVER, [("keyboard", "built_in"), ("keyboard_and_pointer", "usb"), ("pointer", "built_in")]),
        (MADE_BY_A_PROGRAM, [("keyboard", "virtual")]),
    ],
    ids=["laptop", "desktop", "receiver", "program"],
)
def test_pieces_are_counted_and_buttons_are_no_keyboards(tmp_path, listed, expected):
    file = tmp_path / "devices"
    file.write_text(listed)
    assert sorted((one.kind, one.bus) for one in ProcInputs(file).present().values()) == expected


def test_kernels_own_list_is_read_and_waited_for(journal):
    source = ProcInputs()
    source.start(lambda: None)
    assert all(isinstance(one, InputDevice) for one in source.present().values())
    source.stop()
    source.stop()


# --- virtual cameras and microphones ---------------------------------------------------------------------------------


def camera(root: Path, number: int, name: str, place: str, *, loopback: bool = False) -> None:
    device = root / "sys/devices" / place / f"video4linux/video{number}"
    device.mkdir(parents=True)
    (device / "name").write_text(f"{name}\n")
    if loopback:
        (device / "max_openers").write_text("10\n")
    listed = root / "sys/class/video4linux"
    listed.mkdir(parents=True, exist_ok=True)
    (listed / f"video{number}").symlink_to(device)


def test_cameras_without_hardware_are_known_by_driver_and_real_ones_are_not_named(tmp_path):
    camera(tmp_path, 0, "Integrated Camera: Integrated C", "pci0000:00/0000:00:14.0/usb1/1-8")
    camera(tmp_path, 1, "OBS Camera", "pci0000:00/0000:00:14.0/usb1/1-9")  # a maker's name is not the driver's
    camera(tmp_path, 2, "My phone", "virtual", loopback=True)
    camera(tmp_path, 3, "Dummy video device (0x0003)", "virtual")
    camera(tmp_path, 4, "OBS Virtual Camera", "virtual", loopback=True)
    camera(tmp_path, 5, "something new", "virtual")
    cards = tmp_path / "proc/asound"
    cards.mkdir(parents=True)
    (cards / "cards").write_text(
        " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n"
        "                      HDA Intel PCH at 0xf7f10000 irq 32\n"
        " 1 [Loopback       ]: Loopback - Loopback\n"
        "                      Loopback 1\n"
    )
    found = LinuxVirtualDevices(tmp_path, sound_server=False).present()
    assert found == {
        "video2": VirtualDevice("camera", "v4l2loopback"),
        "video3": VirtualDevice("camera", "v4l2loopback"),
        "video4": VirtualDevice("camera", "obs"),
        "video5": VirtualDevice("camera", "virtual-driver"),
        "card 1": VirtualDevice("microphone", "alsa-loopback"),
    }
    assert "My phone" not in repr(found)


def test_microphone_that_a_sound_server_makes_is_reported_at_once(mortal_pulse, journal, monkeypatch):
    for name, value in mortal_pulse.env.items():
        monkeypatch.setenv(name, value)
    guard = virtual_device_guard(LinuxVirtualDevices())
    guard.engage(journal)
    reported = Reported()
    watch = WatchThread([guard], 60, reported)
    watch.start()
    try:
        time.sleep(0.3)
        assert [one.code for one in reported.seen if not one.facts["since_start"]] == []
        before = len(reported.seen)
        subprocess.run(["pactl", "load-module", "module-null-sink", "sink_name=secretname"],
                       check=True, timeout=10, stdout=subprocess.DEVNULL)  # fmt: skip
        end = time.monotonic() + 30
        while len(reported.seen) == before and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        watch.stop()
        guard.release()
    (seen,) = reported.seen[before:]
    assert dict(seen.facts) == {"kind": "microphone", "made_by": "pulse-null-sink", "since_start": False}
    assert "secretname" not in repr(reported.seen)


# --- debugger --------------------------------------------------------------------------------------------------------

TRACER = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
pid = int(sys.argv[1])
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
done = libc.ptrace(PTRACE_SEIZE, pid, None, None)
print("attached" if done == 0 else os.strerror(ctypes.get_errno()), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("traces", ["this very program", "a process of one of its processes"])
def test_tracer_that_attaches_is_seen(traces, journal):
    """As the recorder is one of the program's processes, and the engine's renderers are of these."""
    parent = subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER_ANY, for kernels with Yama
    guard = DebuggerGuard(traced)
    guard.engage(journal)
    if traced():
        pytest.skip("the tests themselves are traced")
    assert guard.check() == ()
    target = os.getpid() if traces == "this very program" else child
    tracer = subprocess.Popen([sys.executable, "-c", TRACER, str(target)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        said = tracer.stdout.readline().strip()
        if said != "attached":
            pytest.skip(f"this system lets nobody attach: {said}")
        assert [one.code for one in guard.check()] == ["debugger-attached"]
        assert guard.check() == ()
    finally:
        with contextlib.suppress(BrokenPipeError):
            tracer.communicate(timeout=10)
    end = time.monotonic() + 30
    while traced() and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    parent.communicate(timeout=10)
    assert guard.check() == ()
