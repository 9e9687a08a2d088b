"""An author reads file, line, key, what is wrong with it and what to write: never the test taker's words."""

from __future__ import annotations

import json
import re

import pytest
from pydantic import ValidationError

from app.institution.exams.fault_words import fault_in_words, sentence
from app.institution.exams.json_lines import line_of
from app.policy.document import ExamSettings
from app.policy.errors import AddressFault, SettingsCode, SettingsFault, SettingsInvalid
from app.policy.section import faults_of
from app.policy.strict_json import JsonFault

WRONG = {
    "retention.days": [0, 4000, "30", 1.5],
    "start_url": ["exams.example.edu", "https://u@x.example/", "https://x.example/50%", 7],
    "allowed": ["https://x.example/", ["https://*.edu/"], ["https://x.example/?a"]],
    "lockdown": [{"clipboard": "hold"}, {"displays": {"policy": "often"}}, {"firewall": "warn"}],
    "recording": [{"camera": {"codec": "vp9"}}, {"camera": {"width": 641}}, {"camera": {"mb_per_h": 1}}],
    "sources": [{"allow_files": "yes"}],
    "release_keys": [[{"kid": "a", "public_b64": "AAAA"}]],
    "proctoring": ["sometimes"],
    "exam": ["algebra", {"duration_min": 0}],
    "delivery": [{"endpoints": []}, {}, {"endpoints": [{"region": "EU West"}]}],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_each_fault_has_file_line_key_and_remedy(office, whole, key, value):
    """Failed before: “signed by the institution but this version cannot follow them ... tell your institution”."""
    result = office.draft("wrong", whole({key: value}))
    file = office.folder.parent / "settings.json"
    assert result.exit_code == 1, result.output
    assert "tell your institution" not in result.output
    assert not re.search(r"<\w|Input should|Value error|class_name", result.output)
    told = re.findall(rf"{re.escape(str(file))}, line (\d+), ([\w.]+): (.+)", result.output)
    assert told, result.output
    for line, place, what in told:
        assert place.split(".")[0] == key.split(".")[0]
        assert what.endswith(".")
        assert "cannot be taken" not in what
        last = place.split(".")[-1]
        if not last.isdigit() and "missing" not in what:
            assert f'"{last}"' in file.read_text().splitlines()[int(line) - 1]


def test_the_choices_are_written_as_the_settings_write_them(office, whole):
    """Failed before: “Input should be <Policy.OBSERVE: 'observe'> or <Policy.WARN: 'warn'>”."""
    result = office.draft("wrong", whole({"lockdown": {"clipboard": "hold"}}))
    assert "lockdown.clipboard: Write one of: observe, warn." in result.output


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{\n "start_url": "https://x.example/",\n}', 3, "not JSON"),
        ('{\n "a": NaN}', None, "not a number"),
        ('{"a": 1, "a": 2}', None, "appears twice"),
    ],
)
def test_a_file_that_is_no_json_says_where(office, text, line, said):
    result = office.draft("wrong", text)
    assert result.exit_code == 2
    assert "settings.json" in result.output
    assert said in result.output
    assert line is None or f"line {line}" in result.output


def test_what_an_option_says_is_told_of_the_option(office, whole):
    file = office.folder.parent / "settings.json"
    file.write_text(json.dumps(whole()))
    result = office(
        "exam", "new", "wrong", "--title", "Algebra", "--settings", file, "--start-url", "http://exams.example.edu"
    )
    assert "--start-url: “http://exams.example.edu” is not encrypted" in result.output
    assert "--endpoint: This key is missing" in office(
        "exam", "new", "wrong", "--title", "Algebra", "--start-url", "https://exams.example.edu"
    ).output.replace("delivery: ", "")


def test_an_accommodation_is_told_of_its_own_file(office, whole, tmp_path):
    """Failed before: the file of the exam was named for a fault of the person's file."""
    assert office.draft("granted", whole()).exit_code == 0
    granted = tmp_path / "granted.json"
    for text, said in (
        ('{\n  "extra_time_min": 15\n}', "line 2, extra_time_min: Extra time needs exam.duration_min"),
        ('{\n\n  "extra_time": 15}', "line 3, extra_time: This version knows no such key"),
        ('{"breaks_allowed": "yes"}', "line 1, breaks_allowed: Write true or false"),
    ):
        granted.write_text(text)
        result = office("exam", "sign", "granted", "--accommodations", granted)
        assert result.exit_code in (1, 2)
        assert said in result.output
        assert str(granted) in result.output
        assert "settings.json" not in result.output
    granted.write_text('{"breaks_allowed": true}')
    assert office("exam", "sign", "granted", "--accommodations", granted).exit_code == 0


def test_settings_edited_by_hand_are_told_by_line_at_signing(office, whole):
    assert office.draft("edited", whole()).exit_code == 0
    file = office.folder / "exams" / "edited" / "settings.json"
    file.write_text(file.read_text().replace('"days": 30', '"days": 0'))
    line = 1 + next(n for n, line in enumerate(file.read_text().splitlines()) if '"days": 0' in line)
    result = office("exam", "sign", "edited")
    assert f"{file}, line {line}, retention.days: The number is too small. Write 1 or more." in result.output


@pytest.mark.parametrize("code", [*AddressFault, *SettingsCode, *JsonFault])
def test_every_code_has_a_sentence(code):
    facts = dict.fromkeys(
        ("address", "most", "scheme", "host", "port", "byte", "column", "key", "text", "named", "signed"), "7"
    )
    assert "cannot be taken" not in sentence(SettingsFault(("a",), code, facts))


def test_pydantic_names_every_type_of_fault_that_settings_can_have(whole):
    """Every leaf with a value of every wrong type: none is left without its own sentence."""
    seen = set()
    for key in ExamSettings.model_fields:
        for value in (None, True, "x", -1, 10**17, 1.5, [], {}, [1], {"nothing": 1}):
            try:
                ExamSettings.model_validate_json(json.dumps({**whole(), key: value}), strict=True)
            except ValidationError as error:
                for fault in faults_of(error):
                    seen.add(fault.code)
                    assert "cannot be taken" not in fault_in_words(fault, ""), fault
    assert len(seen) > 7


def test_lines():
    text = '{\n "a": [1,\n  {"b\\n": 2}, "}"],\n "c": {\n }\n}'
    assert [line_of(text, place) for place in ((), ("a",), ("a", 0), ("a", 1), ("a", 1, "b\n"), ("c",))] == [
        1, 2, 2, 3, 3, 4,
    ]  # fmt: skip
    assert [line_of(text, place) for place in (("d",), ("a", 3), ("a", 0, "x"), ("a", "b"))] == [None] * 4
    assert line_of("{", ("a",)) is None
    assert line_of('{"a"', ("a",)) is None


def test_a_developer_reads_the_code(whole):
    fault = SettingsFault(("retention", "days"), "greater_than_equal", {"ge": 1})
    assert str(SettingsInvalid((fault,))) == "retention.days: greater_than_equal (ge=1)"
