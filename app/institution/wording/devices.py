"""What the devices and programs that a guard has seen are called, and how they are attached or known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lockdown.contract.evidence import RemoteSign
from lockdown.watching.inputs import InputBus, InputKind
from lockdown.watching.network import InterfaceKind
from lockdown.watching.programs import Identity
from lockdown.watching.storage import StorageClass
from lockdown.watching.virtual_devices import VirtualKind
from resources.language import N_

STORAGE_CLASSES: Mapping[StorageClass, str] = MappingProxyType(
    {
        "usb": N_("USB device"),
        "card": N_("memory card"),
        "optical": N_("disc"),
        "image": N_("disk image"),
        "network": N_("network drive"),
        "internal": N_("built-in drive"),
        "other": N_("device of another kind"),
    }
)

REMOTE_SIGNS: Mapping[RemoteSign, str] = MappingProxyType(
    {
        RemoteSign.SSH: N_("it was begun over SSH"),
        RemoteSign.XRDP: N_("it was begun by XRDP, a remote desktop"),
        RemoteSign.X11_FORWARDED: N_("SSH forwarded its windows to another display"),
        RemoteSign.LOGIND_REMOTE: N_("the system listed it as remote"),
        RemoteSign.REMOTE_DESKTOP: N_("Remote Desktop showed it"),
        RemoteSign.VIRTUAL_DISPLAY: N_("its display was most likely a window of another one, or no real display"),
        RemoteSign.SCREEN_SERVED: N_(
            "a program took connections, and followed what the screen showed or had no window on it"
        ),
        RemoteSign.NOT_ON_CONSOLE: N_("it was not the session on the computer's own displays"),
    }
)

IDENTITIES: Mapping[Identity, str] = MappingProxyType(
    {
        "signer": N_("its signer"),
        "original_name": N_("its original name"),
        "sha256": N_("the SHA-256 of its file"),
        "build_id": N_("its build id"),
        "executable": N_("the name of its file"),
        "command": N_("the name it gave itself"),
    }
)

VIRTUAL_KINDS: Mapping[VirtualKind, str] = MappingProxyType({"camera": N_("camera"), "microphone": N_("microphone")})

INPUT_KINDS: Mapping[InputKind, str] = MappingProxyType(
    {
        "keyboard": N_("keyboard"),
        "pointer": N_("mouse or other pointer"),
        "keyboard_and_pointer": N_("keyboard and mouse in one"),
    }
)

INPUT_BUSES: Mapping[InputBus, str] = MappingProxyType(
    {
        "usb": N_("by USB"),
        "bluetooth": N_("by Bluetooth"),
        "built_in": N_("built in"),
        "virtual": N_("made by a program"),
    }
)

INTERFACES: Mapping[InterfaceKind, str] = MappingProxyType(
    {
        "wired": N_("wired"),
        "wireless": N_("wireless"),
        "tunnel": N_("tunnel, as a VPN makes"),
        "mobile": N_("mobile"),
        "virtual": N_("virtual, as containers and virtual machines use"),
        "other": N_("of another kind"),
    }
)
