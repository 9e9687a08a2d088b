"""Why a `.seb` file cannot be read."""

from __future__ import annotations

from enum import StrEnum


class SebFault(StrEnum):
    """What keeps bytes from being read as settings of Safe Exam Browser."""

    TOO_LARGE = "seb_too_large"
    ZIP = "seb_zip"
    ANOTHER_KIND = "seb_another_kind"
    TRUNCATED = "seb_truncated"
    TOO_MANY_LAYERS = "seb_too_many_layers"
    PASSWORD_NEEDED = "seb_password_needed"  # noqa: S105  # the name of a fault
    PASSWORD_WRONG = "seb_password_wrong"  # noqa: S105
    ENCRYPTION = "seb_encryption"
    KEY_NEEDED = "seb_key_needed"
    SYNTAX = "seb_syntax"
    ENTITY = "seb_entity"
    TOO_DEEP = "seb_too_deep"
    TOO_MANY = "seb_too_many"
    ELEMENT = "seb_element"
    VALUE = "seb_value"
    KEY_TWICE = "seb_key_twice"


class SebUnreadable(Exception):
    """Not a `.seb` file, or not one that can be opened with what is at hand; `facts` are what `fault` is about."""

    def __init__(self, fault: SebFault, **facts: str | int) -> None:
        self.fault = fault
        self.facts = facts
        super().__init__(f"{fault} {facts}" if facts else fault)
