"""The language the program speaks: every sentence for people goes through here.

gettext, because translators' tools know its files, it has every language's plural forms (Arabic has six), and it is in
the standard library: the floors without Qt need it too. A sentence is written in English where it is said, as a whole
and with named fields, so that a translator can turn it around:

    _("The camera {name} is used by another program.").format(name=isolate(name))

Babel collects the sentences into ``languages/invigilo.pot`` (``make languages``); ``make lint`` refuses one that is
missing there. What is sealed, sent or stored holds codes with facts, never a sentence.
"""

from __future__ import annotations

import gettext
import unicodedata
from typing import TYPE_CHECKING, Protocol

from resources.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

SOURCE_LANGUAGE = "en"
"""The language that sentences are written in."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages of ISO 639-1 that are written from right to left and may get a translation."""

_FIRST_STRONG_ISOLATE = "\u2068"
_POP_DIRECTIONAL_ISOLATE = "\u2069"


class _Translations(Protocol):
    def gettext(self, message: str) -> str: ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...


class _Spoken:
    """What is spoken now. One for the process, as its locale is: set once, before the first window."""

    def __init__(self) -> None:
        self.language = SOURCE_LANGUAGE
        self.translations: _Translations = gettext.NullTranslations()


_spoken = _Spoken()


def speak(language: str, translation: Path | None = None) -> None:
    """Say every sentence in `language` (ISO 639-1, such as ``ar``) from now on, by the compiled catalogue.

    Without `translation` the sentences are said as they are written. What the catalogue lacks is said in English.

    Raises:
        OSError: if the catalogue cannot be read; the language stays as it was.
    """
    if translation is None:
        _spoken.translations = gettext.NullTranslations()
    else:
        with translation.open("rb") as file:
            _spoken.translations = gettext.GNUTranslations(file)
    _spoken.language = language


def spoken_language() -> str:
    """The language that is spoken now (ISO 639-1)."""
    return _spoken.language


def _(sentence: str) -> str:
    """Say `sentence`, a literal or one marked by `N_`, in the language that is spoken."""
    return _spoken.translations.gettext(sentence) if sentence else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Say the form of a sentence that belongs to `count`: `one` and `many` are the two forms that English has."""
    return _spoken.translations.ngettext(one, many, count)


def N_(sentence: str) -> str:
    """Mark the sentence of a constant for translation; `_` says it where it is shown."""
    return sentence


def isolate(value: object) -> str:
    """Give `value` (a name, a number, a code) as text for a field of a sentence, `visible` as a whole.

    Where it or the sentence runs from right to left, it is wrapped in a first-strong isolate (Unicode Standard Annex
    9): without one a device's Latin name takes the full stop of an Arabic sentence along.
    """
    text = visible(value)
    if _spoken.language in RIGHT_TO_LEFT or any(unicodedata.bidirectional(each) in {"R", "AL"} for each in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_DIRECTIONAL_ISOLATE}"
    return text
