"""Config Keys are those that Safe Exam Browser and Moodle make: of real files, and value by value."""

import pytest

from app.policy.seb.config_key import Spelling, config_key, spelled
from app.policy.seb.container import open_container
from app.policy.seb.property_list import parse_property_list
from tests.fixtures.recording import TESTDATA
from tests.fixtures.seb_file import plist

REAL = TESTDATA / "seb"
PUBLISHED = {
    "moodle/unencrypted_mac_001.seb": (None, "4fa9af8ec8759eb7c680752ef4ee5eaf1a860628608fccae2715d519849f9292"),
    "moodle/unencrypted.seb": (None, "7984a9902c95098e0d992fd1e5f2ce4a6cf40a613d61dfd805f43100ce2ec14d"),
    "moodle/encrypted.seb": ("test", "7984a9902c95098e0d992fd1e5f2ce4a6cf40a613d61dfd805f43100ce2ec14d"),
    "seb-website/Moodle_ConfigKey.seb": ("seb", "ba17d15a5389eb9891cb2db2b0e090da97d4be75aeed251043249bf5f9396ff5"),
    "seb-website/Moodle_ExitTest_Pw.seb": ("seb", "35585251b2cf05637257a42b97d9296addc6d1b3bfebc7d387bef79a467b5acd"),
    "seb-website/SEBClientSettings.seb": (None, "ce6f11100f76998c616d01944ae99e9f54cdef5834cac807f53efa96d78f5112"),
    "seb-website/VoiceOverEnabled.seb": (None, "0c5a6a24e57865fcf6f5f6c00716f62fc83caf8341b8035deeed728be2d88084"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_keys_of_real_files(name):
    if not REAL.exists():
        pytest.skip("needs ../shared/testdata/seb")
    password, key = PUBLISHED[name]
    settings = parse_property_list(open_container((REAL / name).read_bytes(), password).xml)
    assert config_key(settings, Spelling.SEB) == key


def test_what_is_hashed_is_what_the_mac_program_hashes_to_the_byte():
    if not REAL.exists():
        pytest.skip("needs ../shared/testdata/seb")
    settings = parse_property_list((REAL / "moodle/unencrypted_mac_001.seb").read_bytes())
    known = (REAL / "moodle/JSON_unencrypted_mac_001.txt").read_text(encoding="utf-8").rstrip("\n")
    assert {spelled(settings, spelling) for spelling in Spelling} == {known}


def test_a_date_and_the_writers_version_as_moodle_takes_them():
    if not REAL.exists():
        pytest.skip("needs ../shared/testdata/seb")
    names = ("moodle/simpleunencrypted.seb", "moodle/simpleunencryptedwithoutoriginator.seb")
    keys = {config_key(parse_property_list((REAL / name).read_bytes()), Spelling.MOODLE) for name in names}
    assert keys == {"f75decc72c75aa76007b19d0ce485f447f04f48a9f1c83db0558dead68aa5cab"}


SAME = {
    "<true/>": "true",
    "<false/>": "false",
    "<integer>0</integer>": "0",
    "<integer>-2147483648</integer>": "-2147483648",
    "<real>1</real>": "1",
    "<real>1.25</real>": "1.25",
    "<real>-0.5</real>": "-0.5",
    "<real>-0</real>": "0",
    "<string/>": '""',
    "<string>a/b</string>": '"a/b"',
    "<string>^https?:\\/\\/a\\.b$</string>": '"^https?:\\/\\/a\\.b$"',
    "<string>Prüfung 試験 👩‍🏫</string>": '"Prüfung 試験 👩‍🏫"',
    "<string>&lt;b&gt; &amp; c</string>": '"<b> & c"',
    '<string>say "no"</string>': '"say \\"no\\""',
    "<data/>": '""',
    "<data>AAEC</data>": '"AAEC"',
    "<array/>": "[]",
    "<array><string/><string/></array>": '["",""]',
    "<array><integer>2</integer><integer>1</integer></array>": "[2,1]",
    "<dict><key>b</key><true/><key>a</key><false/></dict>": '{"a":false,"b":true}',
    "<dict><key>B</key><true/><key>a</key><false/></dict>": '{"a":false,"B":true}',
    "<dict><key>allowWlan</key><true/><key>allowWLAN</key><false/></dict>": '{"allowWlan":true,"allowWLAN":false}',
    "<dict><key>F10</key><true/><key>F2</key><true/><key>F1</key><true/></dict>": '{"F1":true,"F10":true,"F2":true}',
    "<dict><key>a_b</key><true/><key>ab</key><true/></dict>": '{"a_b":true,"ab":true}',
    "<dict><key>a</key><true/><key>empty</key><dict/></dict>": '{"a":true}',
    "<dict><key>a</key><true/><key>originatorVersion</key><string>x</string></dict>": '{"a":true}',
    "<array><dict><key>d</key><true/><key>c</key><true/></dict></array>": '[{"c":true,"d":true}]',
}
DIFFERENT = {
    "<real>0.1</real>": ("0.1", "0.10000000000000001"),
    "<real>1e-05</real>": ("1E-05", "1.0000000000000001e-5"),
    "<real>1e22</real>": ("1E+22", "1.0e+22"),
    "<real>3.14159265358979312</real>": ("3.14159265358979", "3.1415926535898002"),
    "<data>AAEC\nAwQ=</data>": ('"AAECAwQ="', '"AAEC\\nAwQ="'),
    "<string>a\nb\tc</string>": ('"a\nb\tc"', '"a\\nb\\tc"'),
    "<string>a\u2028b</string>": ('"a\u2028b"', '"a\\u2028b"'),
    "<date>1940-10-09T22:13:56Z</date>": ("1940-10-09T22:13:56.0000000Z", '"1940-10-09T22:13:56+00:00"'),
    "<array><dict/></array>": ("[{}]", "[]"),
    "<dict><key>a</key><true/><key>b</key><dict><key>c</key><dict/></dict></dict>": ('{"a":true,"b":{}}', '{"a":true}'),
}


VALUES = [*((value, (one, one)) for value, one in SAME.items()), *DIFFERENT.items()]


@pytest.mark.parametrize(("value", "known"), VALUES, ids=[value for value, _ in VALUES])
def test_a_value_is_spelled_as_each_program_spells_it(value, known):
    settings = parse_property_list(plist(f"<key>k</key>{value}"))
    assert [spelled(settings, spelling) for spelling in Spelling] == [f'{{"k":{each}}}' for each in known]


def test_settings_without_a_key_are_spelled_apart():
    assert [spelled({}, spelling) for spelling in Spelling] == ["{}", "[]"]
