"""Which languages the exam's pages are asked for: those of the person's desktop, in their order."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale

MOST_LANGUAGES = 6
SCRIPT_LETTERS = 4
"""Of a tag's parts only scripts and a few variants, such as 1901, are as long."""


def accept_language(tags: Sequence[str] | None = None) -> str:
    """Return the value of Accept-Language for BCP 47 `tags` (the system's by default), the first wanted most.

    `de-DE` brings `de` along, and English comes last: `de-DE,de;q=0.9,en;q=0.8`. The script of a tag, which the
    system adds (`de-Latn-DE`, `de-Latn`), is left out, and so is all beyond six languages: what is unusual tells people
    apart.
    """
    wanted: list[str] = []
    for tag in QLocale.system().uiLanguages() if tags is None else tags:
        parts = tag.replace("_", "-").split("-")
        if parts[0] in {"C", "POSIX", ""}:
            continue
        wanted += ["-".join(each for each in parts if len(each) != SCRIPT_LETTERS), parts[0]]
    chosen = list(dict.fromkeys(wanted))[: MOST_LANGUAGES - 1]
    if not any(tag.split("-")[0] == "en" for tag in chosen):
        chosen.append("en")
    return ",".join(tag if n == 0 else f"{tag};q={max(1.0 - n / 10, 0.1):.1f}" for n, tag in enumerate(chosen))
