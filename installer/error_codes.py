"""Writes ERRORS.md from the catalogue of error codes; ``--check`` only compares.

Run it by ``make languages`` after a code or its sentences changed; ``make lint`` runs it with ``--check``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from app.client.codes.delivery import DELIVERY
from app.client.codes.exam_page import EXAM_PAGE
from app.client.codes.readiness import DEVICES, LOCKING
from app.client.codes.refusals import EXAM_FILE, PROGRAM, ErrorCode

PAGE = Path(__file__).resolve().parents[1] / "ERRORS.md"
SECTIONS: tuple[tuple[str, Mapping[str, ErrorCode]], ...] = (
    ("The exam file or link", EXAM_FILE),
    ("Invigilo on this computer", PROGRAM),
    ("Locking this computer and putting it back", LOCKING),
    ("A page of the exam", EXAM_PAGE),
    ("What the endpoint refuses", DELIVERY),
    ("What an exam needs, as the device check looks at it", DEVICES),
)
HEAD = """# Error codes

What the codes mean that the test taker's program shows, for those who help them. A code has one meaning for good. The
page that shows it says more, such as which program or setting it is about; a line of the device check has its code also
when all is well. Made by `make languages` from [the catalogue](app/client/codes/refusals.py).
"""


def page() -> str:
    """Return the page as Markdown."""
    parts = [HEAD]
    for title, codes in SECTIONS:
        parts.append(f"\n## {title}\n\n| code | what it means | the test taker | support |\n|---|---|---|---|\n")
        parts += [f"| {code} | {of.meaning} | {of.test_taker} | {of.support} |\n" for code, of in codes.items()]
    return "".join(parts)


def main() -> int:
    """Write the page, or with ``--check`` tell whether it is what the catalogue says now."""
    options = argparse.ArgumentParser(description="Writes ERRORS.md from the catalogue of error codes.")
    options.add_argument("--check", action="store_true", help="write nothing; status 1 where the file is out of date")
    if options.parse_args().check:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
            return 0
        print("errors: ERRORS.md is not what the catalogue says now; run: make languages", file=sys.stderr)
        return 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
