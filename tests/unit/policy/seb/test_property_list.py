"""The XML of a `.seb` file: what may stand in it is read as it stands, and nothing else."""

from datetime import UTC, datetime

import pytest

from app.policy.seb.errors import SebFault, SebUnreadable
from app.policy.seb.property_list import MAX_DEPTH, MAX_VALUES, Data, Real, parse_property_list
from tests.fixtures.seb_file import HEAD, plist


def test_every_kind_of_value_is_read():
    read = parse_property_list(
        plist(
            "<key>text</key><string>ä\\&amp;\n </string><key>none</key><string/>"
            "<key>whole</key><integer>-7</integer><key>part</key><real>0.5</real>"
            "<key>on</key><true/><key>off</key><false/><key>day</key><date>2026-12-01T10:00:00Z</date>"
            "<key>bytes</key><data>\n AAEC\n AwQ= \n</data><key>list</key><array><string>a</string><array/></array>"
            "<key>group</key><dict><key>inner</key><dict/></dict>"
        )
    )
    assert read == {
        "text": "ä\\&\n ",
        "none": "",
        "whole": -7,
        "part": Real(0.5),
        "on": True,
        "off": False,
        "day": datetime(2026, 12, 1, 10, tzinfo=UTC),
        "bytes": Data(b"\0\1\2\3\4", "AAEC\n AwQ="),
        "list": ("a", ()),
        "group": {"inner": {}},
    }


def test_a_named_dtd_and_a_bare_group_are_no_hindrance():
    named = b'<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://127.0.0.1:9/never-fetched.dtd">'
    inside = b"<dict><key>a</key><integer>1</integer></dict>"
    assert parse_property_list(named + b"<plist>" + inside + b"</plist>") == {"a": 1}
    assert parse_property_list(inside) == {"a": 1}


USED = b"<plist><dict><key>k</key><string>&b;</string></dict></plist>"
BOMB = b'<!DOCTYPE plist [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + USED
FILE = b'<!DOCTYPE plist [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + USED


@pytest.mark.parametrize(
    ("xml", "fault"),
    [
        (BOMB, SebFault.ENTITY),
        (FILE, SebFault.ENTITY),
        (plist("<key>a</key><integer>1</integer>")[:-9], SebFault.SYNTAX),
        (b"", SebFault.SYNTAX),
        (plist("<key>a</key><set/>"), SebFault.ELEMENT),
        (plist("<key>a</key><key>b</key><true/>"), SebFault.ELEMENT),
        (plist("<true/>"), SebFault.ELEMENT),
        (plist("<key>a</key>"), SebFault.ELEMENT),
        (plist("stray<key>a</key><true/>"), SebFault.ELEMENT),
        (plist("<key>a</key><string>b<true/></string>"), SebFault.ELEMENT),
        (HEAD + b"<array/></plist>", SebFault.ELEMENT),
        (HEAD + b"<key>a</key></plist>", SebFault.ELEMENT),
        (HEAD + b"<dict><key>a</key><true/></dict><dict/></plist>", SebFault.ELEMENT),
        (plist("<key>a</key><true/><key>a</key><false/>"), SebFault.KEY_TWICE),
        (plist("<key>a</key><integer>one</integer>"), SebFault.VALUE),
        (plist(f"<key>a</key><integer>{1 << 63}</integer>"), SebFault.VALUE),
        (plist("<key>a</key><real>nan</real>"), SebFault.VALUE),
        (plist("<key>a</key><real>1e999</real>"), SebFault.VALUE),
        (plist("<key>a</key><date>today</date>"), SebFault.VALUE),
        (plist("<key>a</key><data>*</data>"), SebFault.VALUE),
        (plist(f"<key>a</key>{'<array>' * MAX_DEPTH}{'</array>' * MAX_DEPTH}"), SebFault.TOO_DEEP),
        (plist(f"<key>a</key><array>{'<true/>' * MAX_VALUES}</array>"), SebFault.TOO_MANY),
    ],
)
def test_anything_else_is_refused_with_its_line(xml, fault):
    with pytest.raises(SebUnreadable) as refused:
        parse_property_list(xml)
    assert refused.value.fault is fault
    assert refused.value.facts["line"]
