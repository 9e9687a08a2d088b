"""Regions: where recordings may be kept, as one short identifier both sides compare exactly."""

import re
from typing import NewType

from app.wire.errors import RegionRefused

Region = NewType("Region", str)

_REGION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
MAX_REGION_CHARACTERS = 32


def region(text: str) -> Region:
    """Check the spelling of a region identifier, such as `eu-central` or `local`.

    Two regions are the same only if their identifiers are equal; there is no nesting and no default.

    Raises:
        RegionRefused: the text is empty, longer than 32 characters, or uses other characters.
    """
    if len(text) > MAX_REGION_CHARACTERS or _REGION.fullmatch(text) is None:
        raise RegionRefused(f"{text!r} is no region: use up to 32 lower-case letters, digits and single hyphens.")
    return Region(text)
