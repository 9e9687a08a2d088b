"""What is attached to a Windows machine: names and types as Windows writes them, and its registry really read."""

from __future__ import annotations

import subprocess
import winreg

import pytest

from lockdown.contract.settings import LockdownSettings
from lockdown.platforms.backend import backend
from lockdown.platforms.watchers import watchers
from lockdown.readiness.peripherals import inspect_peripherals
from lockdown.watching.inputs import InputDevice
from lockdown.watching.network import Interface
from lockdown.watching.virtual_devices import VirtualDevice
from lockdown.windows.inputs import RawInputs
from lockdown.windows.network import AdapterSource
from lockdown.windows.virtual_devices import RegisteredDevices

MOUSE, KEYBOARD, OTHER = 0, 1, 2
KEYBOARDS, MICE = "{884b96c3-56ef-11d1-bc8c-00a0c91405dd}", "{378de44c-56ef-11d1-bc8c-00a0c91405dd}"


@pytest.mark.parametrize(
    ("devices", "found"),
    [
        ([(KEYBOARD, rf"\\?\ACPI#MSF0001#4&1bd7f811&0#{KEYBOARDS}")], [InputDevice("keyboard", "built_in")]),
        (
            [(KEYBOARD, rf"\\?\HID#VID_046D&PID_C31C&MI_00#7&2e6d&0&0000#{KEYBOARDS}")],
            [InputDevice("keyboard", "usb")],
        ),
        (  # one receiver, with a part for each
            [
                (KEYBOARD, rf"\\?\HID#VID_046D&PID_C52B&MI_00#7&1&0&0000#{KEYBOARDS}"),
                (MOUSE, rf"\\?\HID#VID_046D&PID_C52B&MI_01&Col01#7&2&0&0000#{MICE}"),
                (OTHER, r"\\?\HID#VID_046D&PID_C52B&MI_01&Col02#7&3&0&0001#{4d1e55b2}"),
            ],
            [InputDevice("keyboard_and_pointer", "usb")],
        ),
        (
            [(MOUSE, rf"\\?\HID#{{00001812-0000-1000-8000-00805f9b34fb}}_Dev_VID&02046d_PID&b023#9&1&0&0000#{MICE}")],
            [InputDevice("pointer", "bluetooth")],
        ),
        ([(MOUSE, rf"\\?\ROOT#RDP_MOU#0000#{MICE}")], [InputDevice("pointer", "virtual")]),
        ([(OTHER, r"\\?\HID#VID_0B0E&PID_0412#7&3&0&0001#{4d1e55b2}")], []),
    ],
    ids=["built in", "usb", "one receiver", "bluetooth", "remote desktop", "headset"],
)
def test_input_devices_are_known_by_their_names(devices, found):
    assert list(RawInputs(lambda: devices).present().values()) == found


def test_adapters_are_known_by_their_type():
    adapters = [("a", 6, 1), ("b", 71, 1), ("c", 53, 1), ("d", 131, 1), ("e", 24, 1), ("f", 6, 2), ("g", 999, 1)]
    kinds = {key: thing.kind for key, thing in AdapterSource(lambda: adapters).present().items()}
    assert kinds == {"a": "wired", "b": "wireless", "c": "tunnel", "d": "tunnel", "g": "other"}
    assert Interface("tunnel").noted_at_start


@pytest.fixture
def registry():
    below = r"Software\InvigiloTest"

    def write(key, **values):
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{below}\{key}") as opened:
            for name, value in values.items():
                kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                winreg.SetValueEx(opened, name, 0, kind, value)

    yield below, write
    subprocess.run(["reg", "delete", rf"HKCU\{below}", "/f"], check=False, capture_output=True)


def test_cameras_and_microphones_without_hardware(registry):
    below, write = registry
    path = "{b3f8fa53-0004-438e-9003-51a46e139bfc},2"
    write(r"cameras\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}")
    write(r"cameras\{27B05C2D-93DC-474A-A5DA-9BBA34CB2A9C}")
    for name, state, device in (
        ("{cable}", 1, r"{1}.ROOT\MEDIA\0001"),
        ("{unplugged cable}", 8, r"{1}.ROOT\MEDIA\0002"),
        ("{built in}", 1, r"{1}.HDAUDIO\FUNC_01&VEN_10EC"),
        ("{headset}", 1, r"{1}.USB\VID_0B0E"),
    ):
        write(rf"microphones\{name}", DeviceState=state)
        write(rf"microphones\{name}\Properties", **{path: device})
    source = RegisteredDevices(rf"{below}\cameras", rf"{below}\microphones", hive=winreg.HKEY_CURRENT_USER)
    assert source.present() == {
        "{27B05C2D-93DC-474A-A5DA-9BBA34CB2A9C}": VirtualDevice("camera", "virtual-driver"),
        "{A3FCE0F5-3493-419F-958A-ABA1250EC20B}": VirtualDevice("camera", "obs"),
        "{cable}": VirtualDevice("microphone", "virtual-driver"),
    }
    assert RegisteredDevices("none", "none").present() == {}


def test_check_in_and_exam_have_every_watcher():
    asked = dict.fromkeys(("virtual_devices", "input_devices", "network", "debugger", "clock", "power"), "observe")
    settings = LockdownSettings(**asked)
    assert [guard.name for guard in watchers(settings, backend())] == list(asked)
    found = inspect_peripherals(settings, backend())
    assert found.traced is False
    assert found.inputs
    assert found.interfaces
    assert found.virtual_devices == ()
