import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy import schema
from app.policy.document import ExamSettings, parse_settings
from app.policy.errors import SettingsInvalid
from app.policy.unimplemented import unimplemented
from crypto import release

POLICY = Path(schema.__file__).parent


def changed(document: dict, place: str, value) -> bytes:
    copy = json.loads(json.dumps(document))
    *parents, last = place.split("/")
    spot = copy
    for part in parents:
        spot = spot[int(part) if part.isdigit() else part]
    spot[last] = value
    return json.dumps(copy).encode()


def test_what_is_written_is_read(document):
    settings = ExamSettings.model_validate(document)
    assert parse_settings(settings.to_bytes()) == settings
    assert settings.public_keys()[0].kid == "algebra-1.1"
    assert settings.address_filter().allows(settings.start_url)


def test_every_control_is_off_unless_asked_for(document):
    settings = parse_settings(json.dumps(document).encode())
    assert settings.lockdown.controls() == ()
    assert settings.observed().detectors() is None
    assert settings.looks_at_check_in() is None
    assert not any(settings.checks.model_dump().values())
    assert not settings.sources.allow_files
    assert settings.proctoring == "automated"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("schema_version", 2),
        ("unknown", 1),
        ("lockdown", {"clippboard": True}),
        ("institution/id", "Not An Id"),
        ("exam/title", ""),
        ("start_url", "http://exams.example.edu/"),
        ("start_url", "file:///etc/passwd"),
        ("allowed", ["https://*/"]),
        ("hand_in", "javascript:x"),
        ("retention/days", 0),
        ("retention/days", "30"),
        ("sources", {"allow_files": 1}),
        ("recipients", []),
        ("recipients/0/public_b64", "AAAA"),
        ("recipients/0/kid", "../x"),
        ("delivery/endpoints", []),
        ("delivery/endpoints/0/url", "https://127.0.0.1/path"),
        ("delivery/endpoints/0/url", "http://127.0.0.1"),
        ("delivery/endpoints/0/ca_pem", "none"),
        ("delivery/endpoints/0/receipt_key", "AAAA"),
        ("delivery/endpoints/0/region", "EU West"),
        ("proctoring", "secret"),
    ],
)
def test_faults_are_named_by_their_place_and_without_the_value(document, place, value):
    with pytest.raises(SettingsInvalid) as refused:
        parse_settings(changed(document, place, value))
    named = refused.value.faults[0].key.replace(".", "/")
    assert named.startswith(place.split("/", maxsplit=1)[0])


def test_the_same_key_or_endpoint_twice_is_refused(document):
    for place in ("recipients", "delivery/endpoints"):
        spot = document
        for part in place.split("/"):
            spot = spot[part]
        with pytest.raises(SettingsInvalid, match="twice"):
            parse_settings(changed(document, place, [*spot, *spot]))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "syntax"),
        (b"[]", "model_type"),
        (b"\xef\xbb\xbf{}", "byte_order_mark"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "no_number"),
        (b'{"a": -Infinity}', "no_number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "long_number"),
        (b'{"a": ' * 17 + b"1" + b"}" * 17, "too_deep"),
        (b"[" * 200_000, "too_deep"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "not_utf8"),
        (b"{} {}", "syntax"),
        (b" " * 300_000, "document_too_large"),
    ],
)
def test_loose_json_is_refused(data, sentence):
    with pytest.raises(SettingsInvalid, match=sentence):
        parse_settings(data)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_typed_refusal(data):
    with pytest.raises(SettingsInvalid):
        parse_settings(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(data=st.data())
def test_any_value_in_any_place_is_settings_or_a_typed_refusal(document, data):
    key = data.draw(st.sampled_from(sorted(ExamSettings.model_fields)))
    raw = json.dumps({**document, key: data.draw(json_values)}).encode()
    try:
        parse_settings(raw)
    except SettingsInvalid:
        return


def test_the_published_schema_is_up_to_date():
    assert (POLICY / "schema.json").read_text() == schema.schema_text(), (
        "run: python -m app.policy.schema > app/policy/schema.json"
    )


def test_the_readme_names_every_key():
    published = json.loads(schema.schema_text())
    parts = [published, *published["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})}
    assert len(keys) > 50
    page = set(re.findall(r"`([a-z0-9_]+)`", (POLICY / "README.md").read_text()))
    assert sorted(keys - page) == []


def test_what_this_version_does_not_do_is_named(document):
    asked = {**document, "checks": {"face": True}, "proctoring": "live"}
    assert unimplemented(ExamSettings.model_validate(document)) == ()
    assert unimplemented(ExamSettings.model_validate(asked)) == ((("proctoring",), {"value": "live"}),)
    page = {"workers": True, "find": True, "web_rtc": True, "web_transport": True, "federated_sign_in": True}
    named = unimplemented(ExamSettings.model_validate({**document, "page": page}))
    assert [place for place, _ in named] == [
        ("page", name) for name in ("web_rtc", "web_transport", "federated_sign_in")
    ]


def test_a_private_key_is_refused_where_a_certificate_belongs(document):
    endpoint = document["delivery"]["endpoints"][0]
    both = endpoint["ca_pem"] + "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
    for change, sentence in (({"ca_pem": both}, "private_key"), ({"url": "ftp://127.0.0.1"}, "address_scheme")):
        with pytest.raises(SettingsInvalid, match=sentence):
            parse_settings(changed(document, "delivery/endpoints", [{**endpoint, **change}]))


def test_the_schema_is_printed_as_a_program():
    printed = subprocess.run([sys.executable, "-m", "app.policy.schema"], check=True, capture_output=True, text=True)
    assert printed.stdout == schema.schema_text()


def test_a_hold_that_nobody_could_release_and_time_that_nobody_gives_are_named(document):
    asked = {**document, "lockdown": {"storage": "hold"}}
    with pytest.raises(SettingsInvalid, match=r"lockdown\.storage: nobody_can_release"):
        parse_settings(json.dumps(asked).encode())
    key = {"kid": "room-3", "public_b64": base64.b64encode(release.public_of(release.new_secret())).decode()}
    releasable = {**asked, "release_keys": [key], "accommodations": {"extra_time_min": 15}}
    of_what = ((("accommodations", "extra_time_min"), {"needs": "exam.duration_min"}),)
    assert unimplemented(ExamSettings.model_validate(releasable)) == of_what
    timed = {**releasable, "exam": {**document["exam"], "duration_min": 60}}
    granted = ExamSettings.model_validate({**timed, "accommodations": {"extra_time_min": 15, "breaks_allowed": True}})
    assert unimplemented(granted) == ()
    assert granted.time_s() == 75 * 60
    assert ExamSettings.model_validate(releasable).time_s() is None
    before_it = {**releasable, "lockdown": {"virtual_machine": "hold"}, "accommodations": {}}
    of_what = ((("lockdown", "virtual_machine"), {"policy": "hold"}),)
    assert unimplemented(ExamSettings.model_validate(before_it)) == of_what
    for public in ("AAAA", base64.b64encode(bytes(32)).decode()):
        with pytest.raises(SettingsInvalid, match="no_release_key"):
            parse_settings(json.dumps({**asked, "release_keys": [{**key, "public_b64": public}]}).encode())
