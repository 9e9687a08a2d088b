"""What the devices are called that the device check finds on this machine."""

from __future__ import annotations

from resources.language import N_

STORAGE_CLASSES = {
    "usb": N_("USB device ({size})"),
    "card": N_("memory card ({size})"),
    "optical": N_("disc ({size})"),
    "image": N_("disk image ({size})"),
    "network": N_("network drive ({size})"),
    "internal": N_("built-in drive ({size})"),
    "other": N_("other device ({size})"),
}
"""By `lockdown.watching.storage.StorageClass`."""

VIRTUAL_KINDS = {"camera": N_("camera ({made_by})"), "microphone": N_("microphone ({made_by})")}
"""By `lockdown.watching.virtual_devices.VirtualKind`."""
