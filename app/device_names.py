"""What sizes of storage, and what makes a virtual device, are called: to the test taker as to the institution."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lockdown.contract.storage_size import StorageSize
from resources.language import N_

STORAGE_SIZES: Mapping[StorageSize, str] = MappingProxyType(
    {
        StorageSize.NO_MEDIUM: N_("no medium"),
        StorageSize.UNKNOWN: N_("size not known"),
        StorageSize.GB_0_TO_1: N_("0 to 1 GB"),
        StorageSize.GB_1_TO_4: N_("1 to 4 GB"),
        StorageSize.GB_4_TO_16: N_("4 to 16 GB"),
        StorageSize.GB_16_TO_64: N_("16 to 64 GB"),
        StorageSize.GB_64_TO_256: N_("64 to 256 GB"),
        StorageSize.GB_256_TO_1024: N_("256 to 1024 GB"),
        StorageSize.GB_FROM_1024: N_("1024 GB or more"),
    }
)

MAKERS: Mapping[str, str] = MappingProxyType(
    {
        "v4l2loopback": N_("by the driver v4l2loopback"),
        "obs": N_("by OBS Studio"),
        "akvcam": N_("by the driver akvcam"),
        "virtual-driver": N_("by a driver without hardware behind it"),
        "alsa-loopback": N_("by ALSA's loopback driver"),
        "pulse-null-sink": N_("by the sound server's null sink"),
        "pulse-remap-source": N_("by the sound server, from another source"),
        "pulse-virtual-source": N_("by the sound server's virtual source"),
        "pulse-pipe-source": N_("by the sound server, from a pipe"),
        "pulse-tunnel-source": N_("by the sound server, from another computer"),
    }
)
"""By `lockdown.watching.virtual_devices.MadeBy`."""
