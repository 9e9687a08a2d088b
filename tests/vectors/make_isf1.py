"""Makes the frozen vectors of ISF version 1: `python -m tests.vectors.make_isf1` from the repository root.

All secrets are fixed, so every object comes out the same each time. HPKE alone cannot be made to repeat
itself: the slots of an earlier run are taken over as long as they open, so a second run changes nothing.
"""

import base64
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidTag

from tests.vectors import isf1_reference as isf
from tests.vectors.isf1_cases import cases
from tests.vectors.isf1_example import KID, SEED

FOLDER = Path(__file__).parent / "isf1"


class Kept:
    """The slots of an earlier run, given out again for the session they belong to."""

    def __init__(self):
        self._slots = set()
        for path in sorted(FOLDER.glob("*.json")):
            keys = base64.b64decode(json.loads(path.read_text())["objects"].get("keys.isf", ""))
            begin = keys.find(b"K\1\0" + bytes([len(KID)]) + KID.encode())
            self._slots.add(keys[begin : begin + 8 + len(KID) + 1168])

    def __call__(self, writer):
        info = b"isf1/slot\0" + isf.lp(writer.hid, writer.com, b"\1", KID.encode())
        for slot in sorted(self._slots):
            try:
                if isf.HPKE.decrypt(slot[8 + len(KID) :], isf.private_key(SEED), info=info) == writer.key:
                    return slot
            except InvalidTag:
                continue
        slot = writer.slot(KID, SEED)
        self._slots.add(slot)
        return slot


def main():
    """Write all cases; exit status 1 when anything changed (for a check that nothing did)."""
    FOLDER.mkdir(exist_ok=True)
    changed = False
    for name, verdict, codes, reason, objects in cases(Kept()):
        case = {
            "expect": verdict,
            "codes": codes,
            "reason": reason,
            "kid": KID,
            "seed": SEED.hex(),
            "objects": {key: base64.b64encode(objects[key]).decode() for key in sorted(objects)},
        }
        path, text = FOLDER / f"{name}.json", json.dumps(case, indent=1) + "\n"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            changed = True
    return int(changed)


if __name__ == "__main__":
    sys.exit(main())
