"""What is said of a `.seb` file: why it cannot be read, and what became of its keys."""

from __future__ import annotations

from app.institution.exams.seb_import import SebEntry, SebNote
from app.policy.seb.errors import SebFault, SebUnreadable
from resources.language import N_, _, isolate

_FAULTS: dict[SebFault, str] = {
    SebFault.TOO_LARGE: N_("it holds more than {most} bytes, which settings never need"),
    SebFault.ZIP: N_("it is a ZIP archive; unpack it and give the .seb file that lies in it"),
    SebFault.ANOTHER_KIND: N_("it is no file of Safe Exam Browser, or was damaged on its way"),
    SebFault.TRUNCATED: N_("it ends too early; download it again"),
    SebFault.TOO_MANY_LAYERS: N_("it is packed into itself more than {most} times"),
    SebFault.PASSWORD_NEEDED: N_("it is locked by a password; give it with --password-file"),
    SebFault.PASSWORD_WRONG: N_("this password does not open it; passwords of exams and of client settings differ"),
    SebFault.ENCRYPTION: N_("its encryption is of a kind that no known version of Safe Exam Browser writes"),
    SebFault.KEY_NEEDED: N_(
        "it is encrypted to a certificate whose key has the hash {key}; give that private key with --private-key"
    ),
    SebFault.SYNTAX: N_("line {line} of its XML is damaged"),
    SebFault.ENTITY: N_("line {line} of its XML declares an entity, which settings never do"),
    SebFault.TOO_DEEP: N_("line {line} of its XML is nested more than {most} times"),
    SebFault.TOO_MANY: N_("its XML has more than {most} values"),
    SebFault.ELEMENT: N_("line {line} of its XML has “{element}” where that cannot stand"),
    SebFault.VALUE: N_("line {line} of its XML has a value that is no “{element}”"),
    SebFault.KEY_TWICE: N_("line {line} of its XML has the key “{key}” for the second time"),
}
_NOTES: dict[SebNote, str] = {
    SebNote.NOT_AN_ADDRESS: N_("no address that can be opened here; write it as https://host/path"),
    SebNote.EVERYTHING_WAS_ALLOWED: N_(
        "every address could be opened; here nothing but the start page can. Write rules into “allowed”"
    ),
    SebNote.REGULAR_EXPRESSION: N_("a regular expression; write it as rules, such as https://host/path"),
    SebNote.PART_OF_A_NAME: N_("“*” inside a name, or a query; write it as rules, such as https://*.host/path"),
    SebNote.ONLY_HTTPS: N_("not https, and nothing else is opened here"),
    SebNote.AND_BELOW: N_("here also everything below that path"),
    SebNote.BLOCKING_RULE: N_(
        "not needed, unless it takes something away from a rule that allows; narrow that rule then"
    ),
    SebNote.OTHER_PROGRAMS: N_("other programs cannot be used beside the exam here"),
    SebNote.PASSWORD_TO_LEAVE: N_(
        "leaving is always possible here, and is recorded; staff release a held exam with a release key"
    ),
    SebNote.KEYS_NOT_SENT: N_(
        "this version sends no keys of Safe Exam Browser: the exam's server must not ask for them"
    ),
    SebNote.PROGRAM_WITHOUT_A_NAME: N_("names no program"),
}


def unreadable(error: SebUnreadable) -> str:
    """Return why the file cannot be read, as the second half of a sentence."""
    return _(_FAULTS[error.fault]).format(**{name: isolate(value) for name, value in error.facts.items()})


def entry_line(entry: SebEntry) -> str:
    """Return one line: the key, what it became, and what has to be known of it."""
    shown = f" “{isolate(entry.shown)}”" if entry.shown else ""
    where = f" → {entry.taken_as}" if entry.taken_as else ""
    note = f": {_(_NOTES[entry.note])}" if entry.note else ""
    return f"{isolate(entry.place)}{shown}{where}{note}"
