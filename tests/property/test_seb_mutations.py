"""Spoiled `.seb` files are read, or refused by a typed error within a second: a sample here, 100,000 in `make soak`."""

import gzip
import random
import time
from contextlib import suppress

from app.institution.exams.seb_import import import_seb
from app.policy.seb.config_key import Spelling, config_key
from app.policy.seb.container import open_container
from app.policy.seb.errors import SebUnreadable
from app.policy.seb.property_list import parse_property_list
from tests.fixtures.seb_file import plist
from tests.fixtures.soak import times
from tests.property.test_sealing_fuzz import spoiled

XML = plist(
    "<key>startURL</key><string>https://exams.example.edu/?a=1</string><key>quitURL</key><string>x</string>"
    "<key>URLFilterEnable</key><true/><key>URLFilterRules</key><array><dict><key>active</key><true/><key>action</key>"
    "<integer>1</integer><key>expression</key><string>*.example.edu:8443/a*</string></dict></array>"
    "<key>allowedDisplaysMaxNumber</key><integer>1</integer><key>part</key><real>0.1</real><key>bytes</key>"
    "<data>AAEC</data><key>day</key><date>2026-12-01T10:00:00Z</date>"
)
EXAMPLES = (
    XML,
    b"plnd" + XML,
    gzip.compress(b"plnd" + gzip.compress(XML)),
    b"pswd\x03\x01" + bytes(96),
    b"pkhs" + bytes(276),
)


def test_nothing_but_a_typed_error_comes_of_spoiled_files():
    draw = random.Random(12)
    read = 0
    for _ in range(times(1500, 100_000)):
        data = spoiled(draw, EXAMPLES)
        began_s = time.process_time()
        with suppress(SebUnreadable):
            seb = parse_property_list(open_container(data, "password").xml)
            import_seb(seb)
            assert all(len(config_key(seb, spelling)) == 64 for spelling in Spelling)
            read += 1
        assert time.process_time() - began_s < 1
    assert read >= times(10, 500), "next to nothing was read: what comes after the container was not tried"
