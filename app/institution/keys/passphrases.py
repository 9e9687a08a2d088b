"""Which passphrases lock a key: long enough, and not among the first that are tried, as zxcvbn judges."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.institution.errors import WeakPassphrase
from crypto.fingerprint import passphrase as made_up
from resources.language import N_, _, isolate, ngettext

if TYPE_CHECKING:
    from zxcvbn.matching import _Match

FEWEST_CHARACTERS = 12
FEWEST_GUESSES_LOG10 = 12
"""A try at a key file costs 1,000,000 rounds of PBKDF2: at a thousand tries a second, a trillion take thirty years."""

GENERATED_WORDS = 6

_MOST_CHARACTERS_JUDGED = 128
"""What is behind them makes a passphrase no weaker, and zxcvbn takes the square of their number in time."""
_FEWEST_WORDS_OF_A_PHRASE = 3
_PROGRAM = "invigilo"
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "passwords": N_("a part of it is a password that everybody tries, or nearly one."),
        "names": N_("a part of it is a name or surname, which are tried early."),
        "user_inputs": N_("a part of it is the name of the institution, the person or this program, tried first."),
        "phrases": N_("a part of it is a phrase that many people know, which are tried early."),
        "dictionary": N_("it is made of few and common words."),
        "spatial": N_("a part of it is a row or pattern of keys."),
        "repeat": N_("a part of it is the same again and again."),
        "sequence": N_("a part of it is a sequence such as “abc” or “6543”."),
        "date": N_("a part of it is a date or a year."),
        "bruteforce": N_("it is short for what it is made of."),
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "passwords": "passwords",
        "surnames": "names",
        "male_names": "names",
        "female_names": "names",
        "user_inputs": "user_inputs",
        "regex": "date",
    }
)


def rules() -> str:
    """What a passphrase has to be, for people."""
    return ngettext(
        "A passphrase has at least {count} character, is not one that is tried early, and is not the "
        "institution's or the person's name. Add a word or two that have nothing to do with each other; numbers, signs "
        "and large letters help little. Six words that this program makes up (--generate-passphrase) are the best "
        "choice. Write it on paper and lock the paper away; nobody can reset it.",
        "A passphrase has at least {count} characters, is not one that is tried early, and is not the "
        "institution's or the person's name. Add a word or two that have nothing to do with each other; numbers, signs "
        "and large letters help little. Six words that this program makes up (--generate-passphrase) are the best "
        "choice. Write it on paper and lock the paper away; nobody can reset it.",
        FEWEST_CHARACTERS,
    ).format(count=isolate(FEWEST_CHARACTERS))


def generate() -> str:
    """Make up a passphrase of six random words, 60 bits."""
    return made_up(GENERATED_WORDS)


def check(passphrase: str, *names: str) -> None:
    """Raise `WeakPassphrase`, with the reason, unless `passphrase` may lock a key; `names` are tried first.

    How many tries it withstands is an estimate: zxcvbn knows common words, names, dates, keys and passwords, and it is
    told some phrases that many people know (resources/known_phrases.txt). Nobody knows all quotations and languages.
    """
    # A tenth of a second, for its lists of words; most commands choose no passphrase.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    # Who tries phrases tries them in large letters too: those make none stronger here.
    text = unicodedata.normalize("NFC", passphrase).lower()
    if len(text) < FEWEST_CHARACTERS:
        count = ngettext("this passphrase has {count} character.", "this passphrase has {count} characters.", len(text))
        raise WeakPassphrase(f"{count.format(count=isolate(len(text)))} {rules()}")
    inputs = [*_inputs(names), *_known_phrases()]
    judged = zxcvbn(text[:_MOST_CHARACTERS_JUDGED], user_inputs=inputs, max_length=_MOST_CHARACTERS_JUDGED)
    if judged["guesses_log10"] < FEWEST_GUESSES_LOG10:
        said = _("this passphrase is easy to guess: {why}").format(why=_(_ADVICE[_weakest(judged["sequence"])]))
        raise WeakPassphrase(f"{said} {rules()}")


def _inputs(names: tuple[str, ...]) -> list[str]:
    """Each name as it is, without what is no letter, and its words: however it is put into a passphrase."""
    known: list[str] = []
    for name in (*names, _PROGRAM):
        folded = unicodedata.normalize("NFC", name).lower()
        words = "".join(each if each.isalnum() else " " for each in folded).split()
        known += [folded, "".join(words), *(word for word in words if len(word) > 2)]
    return list(dict.fromkeys(known))


@lru_cache(maxsize=1)
def _known_phrases() -> Mapping[str, None]:
    """Each known phrase, and each beginning and end of three words or more, as they are spelt and run together."""
    text = files("resources").joinpath("known_phrases.txt").read_text(encoding="utf-8")
    parts: Iterable[list[str]] = (part for line in text.splitlines() for part in _parts(line.split()))
    return MappingProxyType(dict.fromkeys(spelt for words in parts for spelt in _spelt(words)))


def _parts(words: list[str]) -> Iterable[list[str]]:
    yield words
    for end in range(_FEWEST_WORDS_OF_A_PHRASE, len(words)):
        yield words[:end]
        yield words[-end:]


def _spelt(words: list[str]) -> Iterable[str]:
    plain = ["".join(each for each in word if each.isalpha()) for word in words]
    folded = ["".join(each for each in unicodedata.normalize("NFD", word) if each.isascii()) for word in plain]
    for spelling in (words, plain, folded):
        for between in (" ", "", "-", "_", "."):
            yield between.join(spelling)


def _weakest(sequence: list[_Match]) -> str:
    """What to say is weak: what covers most of the passphrase, what nobody can name left out where there is more."""
    named = [each for each in sequence if str(each["pattern"]) != "bruteforce"] or sequence
    longest = max(named, key=lambda each: len(each["token"]))
    kind: str = longest.get("dictionary_name", longest["pattern"])
    if longest.get("matched_word") in _known_phrases():
        kind = "phrases"
    return _KINDS.get(kind, kind if kind in _ADVICE else "dictionary")
