"""What is wrong with settings, for the person who writes them: file, line, key, what is so and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from app.institution.exams.contradictions import Contradiction, SettingsWarning
from app.institution.exams.json_lines import line_of
from app.policy.errors import AddressFault, SettingsCode, SettingsFault
from app.policy.strict_json import JsonFault
from resources.language import N_, _, isolate
from resources.moments import day_and_time

_ADDRESSES: dict[str, str] = {
    AddressFault.FORM: N_("“{address}” is no address. Write it as https://host/path."),
    AddressFault.TOO_LONG: N_("“{address}” is longer than {most} characters. Shorten it."),
    AddressFault.UNPRINTABLE: N_(
        "“{address}” holds a backslash or a character that nobody sees. Type the address again by hand, with “/”."
    ),
    AddressFault.SCHEME: N_("“{address}” begins with {scheme}. Only https can be opened: write https://."),
    AddressFault.HTTP: N_(
        "“{address}” is not encrypted. Write https://; http is taken for this very machine only, as in "
        "http://127.0.0.1."
    ),
    AddressFault.USER_NAME: N_("“{address}” holds a user name. Leave out all that stands before “@”, and the “@”."),
    AddressFault.HOST: N_("“{host}” is no name of a host. Correct it; “*” may only be its first part, in a rule."),
    AddressFault.PORT: N_("There is no port {port}. Write one from 1 to 65535, or none."),
    AddressFault.PERCENT: N_(
        "“{address}” has a “%” that encodes nothing. Write %25 for a percent sign, or the letter itself for what it "
        "encodes."
    ),
    AddressFault.DOTS: N_("The path of “{address}” holds “.”, “..”, a backslash or a zero byte. Write it without."),
    AddressFault.STAR_IN_ADDRESS: N_("“{address}” holds “*”, which stands in rules of “allowed” only. Name one host."),
    AddressFault.RULE_WITH_QUERY: N_("A rule ends with the path. Leave out everything from “?” or “#” on."),
    AddressFault.RULE_TOO_WIDE: N_(
        "“*.{host}” is too wide. Name at least two parts after the “*”, as in *.example.edu."
    ),
}
_JSON: dict[str, str] = {
    JsonFault.BYTE_ORDER_MARK: N_("The file begins with a byte order mark. Save it as UTF-8 without one."),
    JsonFault.TOO_DEEP: N_("Brackets stand in brackets more than {most} times. Compare with app/policy/README.md."),
    JsonFault.NOT_UTF8: N_("Byte {byte} is not UTF-8. Save the file as UTF-8."),
    JsonFault.SYNTAX: N_("This is not JSON at column {column}. Look there for a comma, quote or bracket."),
    JsonFault.KEY_TWICE: N_("The key “{key}” appears twice. Take one of them out."),
    JsonFault.NO_NUMBER: N_("{text} is not a number. Write one in digits."),
    JsonFault.LONG_NUMBER: N_("A number has more than {most} digits. Write a smaller one."),
}
_VALUES: dict[str, str] = {
    "missing": N_("This key is missing. Add it."),
    "extra_forbidden": N_("This version knows no such key. Correct its spelling or take it out."),
    "greater_than_equal": N_("The number is too small. Write {ge} or more."),
    "less_than_equal": N_("The number is too large. Write {le} or less."),
    "greater_than": N_("The number is too small. Write more than {gt}."),
    "multiple_of": N_("Write a multiple of {multiple_of}."),
    "int_type": N_("Write a whole number, without quotes."),
    "int_from_float": N_("Write a whole number."),
    "float_type": N_("Write a number, without quotes."),
    "finite_number": N_("Write a number that is not infinite."),
    "bool_type": N_("Write true or false, without quotes."),
    "string_type": N_("Write a text in quotes."),
    "string_too_short": N_("The text is too short. Write at least {min_length} character."),
    "string_too_long": N_("The text is too long. Write at most {max_length} characters."),
    "tuple_type": N_("Write a list, in square brackets."),
    "too_short": N_("The list is too short. It needs at least {min_length} entry."),
    "too_long": N_("The list is too long. It takes {max_length} entries."),
    "model_type": N_("Write an object, in curly brackets."),
    "no_identity": N_(
        "Nothing says how this program is known. Add signer, original_name, sha256, build_id, executable or command."
    ),
    SettingsCode.TOO_LARGE: N_("The document is larger than {most} bytes. Make it smaller."),
    SettingsCode.SIGNED_FOR_ANOTHER: N_(
        "The document is for {named} and was to be signed for {signed}. Correct its ids."
    ),
    SettingsCode.NO_EXAM_KEY: N_(
        "This is no exam key: 1216 bytes in base64. Copy it again; “exam keys --json” prints it."
    ),
    SettingsCode.TWICE: N_("Two entries of the list name the same. Take one of them out."),
    SettingsCode.NO_RELEASE_KEY: N_("This is no release key: 32 bytes in base64. Copy it again from “release-key”."),
    SettingsCode.NOBODY_CAN_RELEASE: N_(
        "“hold” needs release_keys, or nobody could release the exam. Add the key that “release-key” prints, or "
        "write “warn”."
    ),
    SettingsCode.NEEDS_CAMERA: N_("This needs recording.camera, which is off. Switch the camera on, or this off."),
    SettingsCode.NEEDS_MICROPHONE: N_("This needs recording.microphone, which is off. Switch that on, or this off."),
    SettingsCode.ENDPOINT_ADDRESS: N_(
        "An endpoint has an https address without a path. Write it as https://host:port."
    ),
    SettingsCode.NO_CERTIFICATE: N_("This is no PEM certificate. Paste it from “-----BEGIN CERTIFICATE-----” on."),
    SettingsCode.PRIVATE_KEY: N_(
        "This holds a private key. Take it out, keep it secret, and give the certificate only."
    ),
    SettingsCode.NO_RECEIPT_KEY: N_(
        "This is no receipt key: 32 bytes in base64. “invigilo-endpoint identity” prints it."
    ),
    SettingsCode.NO_TICKET_KEY: N_(
        "This is no ticket key: the Ed25519 public key, 32 bytes in base64, of whatever issues the candidates' tickets."
    ),
}
_CONTRADICTIONS: dict[str, str] = {
    Contradiction.HAND_IN_IS_THE_START: N_(
        "Opening the start page would hand the exam in at once. Name the page that comes after handing in, or write "
        "null "
        "for the window's own button."
    ),
    Contradiction.HAND_IN_PART_OF_PAGE: N_(
        "What follows “#” is not compared: any visit to that page would hand the exam in. Leave it out and name a "
        "page of "
        "its own, or write null for the window's own button."
    ),
    Contradiction.BLANK: N_("There is nothing to read in this text. Write what people are to read."),
    Contradiction.INVISIBLE: N_(
        "The text holds {character}, which is not shown or turns other letters around. Take it out."
    ),
    Contradiction.NOTHING_DENIED: N_(
        "No program is denied, so nothing would be found. Name programs, set deny_remote_control to true, or write "
        "null "
        "for “processes”."
    ),
    Contradiction.DENIED_AND_ALLOWED: N_(
        "The same program is in “allow”, so it is never found. Take it out of one list."
    ),
    Contradiction.SPEECH_NEVER_LONG_ENOUGH: N_(
        "{speech} s of speech never fit into {window} s of speech_window_s, so none would be marked. Write less here "
        "or "
        "more there; a person's detection_time_factor counts for both, and the window ends at 60 s."
    ),
    Contradiction.OVER_ALREADY: N_(
        "The exam would be over since {until}, before anybody could open it. Give a later time."
    ),
    Contradiction.ENDS_BEFORE_IT_BEGINS: N_(
        "The exam would be over at {until} and open from {from} only. Give a later --until, or an earlier --from."
    ),
    Contradiction.DELIVERY_ENDS_FIRST: N_(
        "Recordings would be taken until {deliver} only, and the exam can be opened until {until}. Give a later time."
    ),
    Contradiction.TOO_FAR_AHEAD: N_("{until} is more than ten years ahead. Give the time when the exam is over."),
    Contradiction.LONGER_THAN_VALID: N_(
        "The exam takes {minutes} minutes, longer than it can be opened: from {from} until {until}. Whoever has to "
        "begin "
        "again could not come back. Give a later --until, or fewer minutes."
    ),
    Contradiction.LONGER_THAN_DELIVERY: N_(
        "Who begins at {until} needs {minutes} minutes, and recordings are taken until {deliver} only. Give a later "
        "--deliver-until, or fewer minutes."
    ),
    Contradiction.AUTHORITY_NOT_VALID: N_(
        "The certificate authority ended at {until}, so no recording could be delivered. Ask the operator for the "
        "new one."
    ),
}
_FORMS: dict[str, str] = {
    "id": N_("Write 1 to 40 of a-z, 0-9, “.”, “_” and “-”, with a letter or digit first and last."),
    "region": N_("Write 1 to 32 of a-z, 0-9 and “-”, with a letter or digit first and last, as in eu-central."),
    "kid": N_("Write 1 to 64 of a-z, A-Z, 0-9 and “._@:+-”, with a letter or digit first."),
    "endpoint_id": N_("Write 1 to 64 of a-z, A-Z, 0-9 and “._:-”, with a letter or digit first."),
    "sha256": N_("Write 64 of 0-9 and a-f."),
    "build_id": N_("Write 8 to 128 of 0-9 and a-f."),
}
"""What a text of a certain form is made of, by the last part of its key."""
_NOT_YET_DONE = {
    "extra_time_min": N_(
        "Extra time needs exam.duration_min to be added to. Give the exam's duration in its settings."
    ),
    "proctoring": N_("This version has no live proctoring. Write “automated”."),
    "web_rtc": N_(
        "WebRTC by UDP cannot be held to the allowed hosts: which addresses it sends to is found out while it runs. "
        "Write false; a TURN server on an allowed host is reached by TCP without this key."
    ),
    "web_transport": N_(
        "WebTransport sends UDP, which does not go through the exam window's one way out. Write false; web sockets "
        "reach allowed hosts."
    ),
    "federated_sign_in": N_(
        "The exam window has no dialog for federated sign-in (FedCM). Write false, and allow the pages of the "
        "sign-in instead."
    ),
}
_WARNINGS: dict[str, str] = {
    SettingsWarning.ONLY_THE_START_OPENS: N_(
        "Nothing is allowed but the start page itself: every link on it will be “not part of the exam”. If the exam "
        "has "
        "more pages, add a rule such as https://exams.example.edu/quiz/."
    ),
    SettingsWarning.ON_THIS_MACHINE_ONLY: N_(
        "This address leads to the test taker's own machine. It is good for trying out only."
    ),
    SettingsWarning.AUTHORITY_ENDS_EARLY: N_(
        "The certificate authority ends at {until}, before deliveries do ({deliver}). What is not delivered by then "
        "stays "
        "where it was recorded. Ask the operator for the new one."
    ),
    SettingsWarning.NOBODY_TO_RELEASE_FROM: N_("No control holds the exam, so these keys are never asked for."),
    SettingsWarning.MEDIA_NOT_PLAYED: N_(
        "The exam window does not play H.264 or AAC, which most {kind} files hold. Give the page WebM, MP3 or Ogg."
    ),
    SettingsWarning.PDF_NOT_SHOWN: N_(
        "“pdf” is false, so this document is not shown. Write true, or take the address out."
    ),
}
_SENTENCES: Mapping[str, str] = {**_ADDRESSES, **_JSON, **_VALUES, **_CONTRADICTIONS, **_WARNINGS}


def faults_in_words(faults: Iterable[SettingsFault], file: Path, text: str) -> str:
    """A line for each fault of the settings in `file`, which holds `text`."""
    return "\n".join(f"{isolate(file)}, {fault_in_words(fault, text)}" for fault in faults)


def fault_in_words(fault: SettingsFault, text: str) -> str:
    """Line and key of a fault in the JSON `text`, where it has them, what is wrong, and what to write."""
    # A key that is not there is missing in the object around it.
    place = fault.place[:-1] if fault.code == "missing" else fault.place
    line = fault.facts.get("line") or (line_of(text, place) if fault.place else None)
    where = [] if line is None else [_("line {line}").format(line=isolate(line))]
    where += [isolate(fault.key)] if fault.place else []
    return f"{', '.join(where)}: {sentence(fault)}" if where else sentence(fault)


def sentence(fault: SettingsFault) -> str:
    """What is wrong and what to write instead."""
    facts = {name: isolate(_shown(value)) for name, value in fault.facts.items()}
    if fault.code in {"literal_error", "enum"}:
        choices = re.findall(r"'([^']*)'", str(fault.facts.get("expected", ""))) or [facts.get("expected", "")]
        return _("Write one of: {choices}.").format(choices=isolate(", ".join(choices)))
    if fault.code == Contradiction.NOT_YET_DONE:
        unmet = _NOT_YET_DONE.get(str(fault.place[-1]))
        return _(unmet) if unmet else _("This control cannot hold an exam. Write “warn” or “refuse”.")
    known = _SENTENCES.get(fault.code)
    if fault.code == "string_pattern_mismatch":
        known = _FORMS.get(str(fault.place[-1]))
    if known is None:
        return _("This value cannot be taken ({code}). See app/policy/README.md.").format(code=isolate(fault.code))
    return _(known).format(**facts)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return day_and_time(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
