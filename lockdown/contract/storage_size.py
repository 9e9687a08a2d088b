"""How large a storage device is, too roughly to tell one machine from another."""

from __future__ import annotations

from enum import StrEnum


class StorageSize(StrEnum):
    """Ranges of a size in decimal gigabytes; the first bound belongs to a range, the second does not."""

    NO_MEDIUM = "no_medium"
    UNKNOWN = "unknown"
    GB_0_TO_1 = "gb_0_to_1"
    GB_1_TO_4 = "gb_1_to_4"
    GB_4_TO_16 = "gb_4_to_16"
    GB_16_TO_64 = "gb_16_to_64"
    GB_64_TO_256 = "gb_64_to_256"
    GB_256_TO_1024 = "gb_256_to_1024"
    GB_FROM_1024 = "gb_from_1024"

    @classmethod
    def of(cls, size_bytes: int) -> StorageSize:
        """Return the range of a size; a device of no bytes has no medium in it."""
        if size_bytes <= 0:
            return cls.NO_MEDIUM
        return next((size for end_gb, size in _ENDS_GB if size_bytes < end_gb * 10**9), cls.GB_FROM_1024)


_ENDS_GB = (
    (1, StorageSize.GB_0_TO_1),
    (4, StorageSize.GB_1_TO_4),
    (16, StorageSize.GB_4_TO_16),
    (64, StorageSize.GB_16_TO_64),
    (256, StorageSize.GB_64_TO_256),
    (1024, StorageSize.GB_256_TO_1024),
)
