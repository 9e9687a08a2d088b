"""Collects every sentence for people into resources/languages/invigilo.pot; ``--check`` only compares.

Run it by ``make languages`` after a sentence changed; ``make lint`` runs it with ``--check``.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "resources" / "languages" / "invigilo.pot"
PARTS = ("app", "capture", "crypto", "lockdown", "ui")
MARKS = {"_": (1,), "N_": (1,), "ngettext": (1, 2)}
"""The functions of `resources.language` whose first arguments are sentences."""
METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
"""How Babel reads a kind of file; the second is the template of the report."""


def template(root: Path = ROOT) -> bytes:
    """Give the template of all translations: sentences in the order of the alphabet, with the files that say them.

    Files stand there without line numbers: these would change with every edit.
    """
    catalogue = Catalog(project="Invigilo", charset="utf-8", fuzzy=False)
    for part in PARTS:
        found = extract_from_dir(root / part, method_map=METHODS, keywords=MARKS, comment_tags=("L10n:",))
        for file, _line, message, comments, context in found:
            catalogue.add(message, None, [(f"{part}/{file}", None)], auto_comments=comments, context=context)
    written = io.BytesIO()
    write_po(written, catalogue, sort_output=True, omit_header=True, width=120)
    return written.getvalue()


def main() -> int:
    """Write the template, or with ``--check`` tell whether it is what the code says now."""
    options = argparse.ArgumentParser(description="Collects every sentence for people into invigilo.pot.")
    options.add_argument("--check", action="store_true", help="write nothing; status 1 where the file is out of date")
    now = template()
    if options.parse_args().check:
        if TEMPLATE.exists() and TEMPLATE.read_bytes() == now:
            return 0
        print("languages: invigilo.pot is not what the code says now; run: make languages", file=sys.stderr)
        return 1
    TEMPLATE.write_bytes(now)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
