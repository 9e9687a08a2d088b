"""What this program must never do, read from its own source: promises to the test taker as a test.

It never reads the clipboard, ejects or unmounts a device, looks through folders of one, hides drives, listens to keys
it does not need, or ends a program of somebody else. Docstrings may name these things; code may not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "capture", "crypto", "lockdown", "resources", "ui")

CLIPBOARD_READERS = {"text", "mimeData", "image", "pixmap"}
NAMES = {
    # reads the clipboard
    "GetClipboardData",
    "stringForType_",
    "dataForType_",
    "readObjectsForClasses_options_",
    # ejects, unmounts or hides
    "IOCTL_STORAGE_EJECT_MEDIA",
    "IOCTL_STORAGE_LOAD_MEDIA",
    "DADiskEject",
    "DADiskUnmount",
    "IOCTL_DISK_EJECT_MEDIA",
    "IOCTL_STORAGE_EJECTION_CONTROL",
    "FSCTL_DISMOUNT_VOLUME",
    "FSCTL_LOCK_VOLUME",
    "CM_Request_Device_EjectW",
    "unmountAndEjectDeviceAtPath_",
    "unmountAndEjectDeviceAtURL_error_",
    "umount",
    "umount2",
    "NoDrives",
    "NoViewOnDrive",
    # hears keys
    "XRecordEnableContext",
    "record_enable_context",
    "GetAsyncKeyState",
    "GetKeyboardState",
    "CGEventTapCreate",
    "addGlobalMonitorForEventsMatchingMask_handler_",
    "GetKeyState",
    "RegisterRawInputDevices",
    "GetRawInputData",
    "GetRawInputBuffer",
    "ToUnicode",
    "ToUnicodeEx",
    "XQueryKeymap",
    "query_keymap",
    "XISelectEvents",
    "xi_select_events",
    # ends or suspends somebody else's program
    "TerminateProcess",
    "NtSuspendProcess",
    "forceTerminate",
}
WORDS = {
    "umount",
    "eject",
    "Eject",
    "Unmount",
    "PowerOff",
    "udisksctl",
    "xinput",
    "xclip",
    "xsel",
    "wl-paste",
    "pbpaste",
}
KEYBOARD_DEVICES = ("/dev/input/", "/dev/hidraw")
MODULES = {"pynput", "keyboard", "mouse", "pyperclip", "Xlib", "klembord", "evdev", "uinput"}
FOLDER_READERS = {"walk", "scandir", "rglob"}


def banned(source: str, package: str) -> Iterator[str]:
    """Yield what is banned in `source`, with its line."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    clipboards = {
        target.id if isinstance(target, ast.Name) else target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "clipboard" in ast.unparse(node.value).lower()
        for target in node.targets
        if isinstance(target, ast.Name | ast.Attribute)
    }
    for node in ast.walk(tree):
        where = f"line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Attribute):
            receiver = ast.unparse(node.value)
            is_clipboard = "clipboard" in receiver.lower() or receiver.split(".")[-1] in clipboards
            if node.attr in CLIPBOARD_READERS and is_clipboard:
                yield f"{where}: reads the clipboard by {receiver}.{node.attr}"
            if node.attr in NAMES:
                yield f"{where}: {node.attr}"
            if package == "lockdown" and node.attr in FOLDER_READERS:
                yield f"{where}: looks through folders by {node.attr}"
        elif isinstance(node, ast.Name) and node.id in NAMES:
            yield f"{where}: {node.id}"
        elif isinstance(node, ast.Constant) and id(node) not in docstrings and isinstance(node.value, str):
            first = node.value.split(maxsplit=1)[0].rpartition("/")[2] if node.value.strip() else ""
            if node.value in NAMES or first in WORDS or node.value.startswith(KEYBOARD_DEVICES):
                yield f"{where}: {node.value!r}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"{where}: imports {name}" for name in names if name.split(".")[0] in MODULES)


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_source_keeps_the_promises(path):
    found = list(banned(path.read_text(encoding="utf-8"), path.relative_to(ROOT).parts[0]))
    assert not found, f"{path.relative_to(ROOT)}: {'; '.join(found)}"


def test_the_sources_are_there():
    packages = {path.relative_to(ROOT).parts[0] for path in sources()}
    assert packages == set(PACKAGES)


@pytest.mark.parametrize(
    "planted",
    [
        "QGuiApplication.clipboard().text()",
        "self._clipboard.mimeData()",
        "board = QApplication.clipboard()\nboard.text()",
        "self.board = app.clipboard()\nread = self.board.pixmap",
        "user32.GetClipboardData(13)",
        "getattr(user32, 'GetClipboardData')",
        "pasteboard.stringForType_(kind)",
        "subprocess.run(['umount', path])",
        "subprocess.run(['/usr/bin/eject', path])",
        "subprocess.run('xclip -o', shell=True)",
        "libc.umount2(path, 2)",
        "drive.call('Eject')",
        "DADiskUnmount(disk, 0)",
        "winreg.SetValueEx(key, 'NoDrives', 0, 4, 1)",
        "import pynput.keyboard",
        "from keyboard import hook",
        "user32.GetAsyncKeyState(key)",
        "user32.GetRawInputData(handle, 0x10000003, buffer, size, header)",
        "kernel32.DeviceIoControl(volume, FSCTL_DISMOUNT_VOLUME)",
        "kernel32.TerminateProcess(process, 1)",
        "open('/dev/input/event3', 'rb')",
        "import evdev",
        "for item in os.walk(mount):\n    pass",
        "Path(mount).rglob('*')",
    ],
)
def test_what_is_banned_is_found(planted):
    assert list(banned(planted, "lockdown"))


@pytest.mark.parametrize(
    "harmless",
    [
        '"""Never calls umount or GetClipboardData."""',
        "clipboard.clear()",
        "clipboard.ownsClipboard()",
        "label.text()",
        "image.pixmap()",
        "clipboard.dataChanged.connect(self._changed)",
        "words = 'Nothing is ejected; the stick stays where it is.'",
    ],
)
def test_what_is_harmless_is_not_found(harmless):
    assert not list(banned(harmless, "lockdown"))
