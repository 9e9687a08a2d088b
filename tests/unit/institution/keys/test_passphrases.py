import pytest

from app.institution.errors import WeakPassphrase
from app.institution.keys import passphrases

NAMES = ("Example University of Elsewhere", "example-u", "Änne Müller-Lüdenscheidt")


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("", "0 characters"),
        ("elevenchars", "11 characters"),
        ("Password1234", "tried first"),
        ("passwordpassword", "tried first"),
        ("qwertyuiop123", "tried first"),
        ("123456789012", "tried first"),
        ("987654321098", "tried first"),
        ("abcdefghijklm", "tried first"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("university2026!", "tried first"),
        ("example university of elsewhere", "a name that everybody knows"),
        ("ÄNNE MÜLLER-LÜDENSCHEIDT", "a name that everybody knows"),
        ("ExampleUniversityOfElsewhere1!", "tried first"),
        ("------------", "tried first"),
    ],
)
def test_refused_with_the_reason_and_the_rules(passphrase, reason):
    with pytest.raises(WeakPassphrase, match=reason) as refused:
        passphrases.check(passphrase, *NAMES)
    assert "at least 12 characters" in str(refused.value)
    assert not passphrase or passphrase not in str(refused.value)


@pytest.mark.parametrize(
    "passphrase",
    ["quiet tables of the north", "482910573829174", "Zug fährt nie am Montag", "密码让记录只属于学校的人们"],
)
def test_allowed(passphrase):
    passphrases.check(passphrase, *NAMES)


def test_made_up_ones_have_six_words_and_are_allowed():
    made = {passphrases.generate() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        assert len(each.split("-")) == 6
        passphrases.check(each, *NAMES)
