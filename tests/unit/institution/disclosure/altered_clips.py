"""Clips that somebody changed on the way."""

import zipfile


def altered(clip, out, **changes):
    """Copy a clip with members replaced, left out (None) or added."""
    with zipfile.ZipFile(clip) as old, zipfile.ZipFile(out, "w") as new:
        members = {name: old.read(name) for name in old.namelist()} | changes
        for name, data in members.items():
            if data is not None:
                new.writestr(name, data)
    return out
