from importlib.resources import files

import pytest

from app.institution.errors import WeakPassphrase
from app.institution.keys import passphrases
from tests.fixtures.soak import times

NAMES = ("Example University of Elsewhere", "example-u", "Änne Müller-Lüdenscheidt")


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("", "0 characters"),
        ("elevenchars", "11 characters"),
        ("Password1234", "a password that everybody tries"),
        ("passwordpassword", "the same again and again"),
        ("p@ssw0rdp@ssw0rd", "the same again and again"),
        ("thisismypassword", "a phrase that many people know"),
        ("iloveyouforever", "a phrase that many people know"),
        ("mypasswordisstrong", "a password that everybody tries"),
        ("monkeydragonfootball", "a password that everybody tries"),
        ("todayisagoodday", "few and common words|a password that everybody tries"),
        ("Liverpoolfc1892", "a password that everybody tries"),
        ("Summer2026!Summer", "a password that everybody tries|a name or surname"),
        ("qwertyuiop123", "a password that everybody tries"),
        ("asdfghjkl;'12", "row or pattern of keys"),
        ("123456789012", "a password that everybody tries|sequence"),
        ("987654321098", "a password that everybody tries|sequence"),
        ("abcdefghijklm", "sequence"),
        ("aaaaaaaaaaaaaaaa", "the same again and again"),
        ("a" * 1000, "the same again and again"),
        ("24.12.2026 24.12.2026", "the same again and again|a date or a year"),
        ("university2026!", "few and common words|the name of the institution, the person or this program"),
        ("example university of elsewhere", "the name of the institution, the person or this program"),
        ("ÄNNE MÜLLER-LÜDENSCHEIDT", "the name of the institution, the person or this program"),
        ("ExampleUniversityOfElsewhere1!", "the name of the institution, the person or this program"),
        ("Invigilo Invigilo", "this program"),
        ("------------", "the same again and again"),
        ("Correct-Horse-Battery-Staple 1!", "a phrase that many people know"),
        ("t0 be 0r n0t t0 be", "a phrase that many people know"),
        ("uebungmachtdenmeister", "a phrase that many people know"),
    ],
)
def test_refused_with_the_reason_and_the_rules(passphrase, reason):
    with pytest.raises(WeakPassphrase, match=reason) as refused:
        passphrases.check(passphrase, *NAMES)
    assert "at least 12 characters" in str(refused.value)
    assert not passphrase or passphrase not in str(refused.value)


def test_no_known_phrase_is_allowed_however_it_is_written():
    lines = files("resources").joinpath("known_phrases.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[:: times(9, 1)]):
        spelt = (line, f"{line.title().replace(' ', '')}1", f"{line.capitalize()}.")
        with pytest.raises(WeakPassphrase):
            passphrases.check(spelt[number % 3])


@pytest.mark.parametrize(
    "passphrase",
    [
        "correct horse battery staple quiet tables north window",
        "quiet tables of the north",
        "482910573829174",
        "Zug fährt nie am Montag",
        "密码让记录只属于学校的人们",
    ],
)
def test_allowed(passphrase):
    passphrases.check(passphrase, *NAMES)


def test_made_up_ones_have_six_words_and_are_allowed():
    made = {passphrases.generate() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        assert len(each.split("-")) == 6
        passphrases.check(each, *NAMES)


def test_a_long_one_is_judged_in_time_that_does_not_grow():
    passphrases.check("quiet tables of the north " * 40)
