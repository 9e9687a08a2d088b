"""Which passphrases lock a key, and which do not: rules a person can read, and one that is made up on request."""

from __future__ import annotations

import unicodedata

from app.institution.errors import WeakPassphrase
from crypto.fingerprint import passphrase as made_up
from resources.language import _, isolate, ngettext

FEWEST_CHARACTERS = 12

GENERATED_WORDS = 6
_FEWEST_OWN_LETTERS = 4

# What guessing programs begin with; longer passphrases made of nothing else are refused too.
_KNOWN = (
    *("password", "passphrase", "passwort", "motdepasse", "contrasena", "letmein", "welcome", "iloveyou", "admin"),
    *("administrator", "qwertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "secret", "changeme", "default"),
    *("invigilo", "proctor", "registrar", "university", "school", "exam", "monkey", "dragon", "football", "sunshine"),
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)


def rules() -> str:
    """What a passphrase has to be, for people."""
    return ngettext(
        "A passphrase has at least {count} character, is not one that everybody tries first, and is not the "
        "institution's or the person's name. Six words that this program makes up (--generate-passphrase) are the best "
        "choice. Write it on paper and lock the paper away; nobody can reset it.",
        "A passphrase has at least {count} characters, is not one that everybody tries first, and is not the "
        "institution's or the person's name. Six words that this program makes up (--generate-passphrase) are the best "
        "choice. Write it on paper and lock the paper away; nobody can reset it.",
        FEWEST_CHARACTERS,
    ).format(count=isolate(FEWEST_CHARACTERS))


def generate() -> str:
    """Make up a passphrase of six random words, 60 bits."""
    return made_up(GENERATED_WORDS)


def check(passphrase: str, *names: str) -> None:
    """Raise `WeakPassphrase`, with the reason, unless `passphrase` may lock a key; `names` may not be it."""
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < FEWEST_CHARACTERS:
        count = ngettext("this passphrase has {count} character.", "this passphrase has {count} characters.", len(text))
        raise WeakPassphrase(f"{count.format(count=isolate(len(text)))} {rules()}")
    plain = _plain(text)
    if any(plain == _plain(name) for name in names):
        raise WeakPassphrase(f"{_('this passphrase is a name that everybody knows.')} {rules()}")
    if len(set(plain)) < 5 or _is_run(plain) or _is_known(plain, [_plain(name) for name in names]):
        raise WeakPassphrase(f"{_('this passphrase is one of those that are tried first.')} {rules()}")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in folded if each.isalnum())


def _is_run(plain: str) -> bool:
    return any(plain in run or plain in run[::-1] for run in _RUNS)


def _is_known(plain: str, names: list[str]) -> bool:
    # Digits and a letter or two around a known word ("password2026") are what a guessing program tries next.
    letters = "".join(each for each in plain if not each.isdigit())
    rest = letters
    for word in sorted({*_KNOWN, *names} - {""}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != letters and len(rest) < _FEWEST_OWN_LETTERS
