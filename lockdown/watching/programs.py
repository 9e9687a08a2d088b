"""Which program a process is, and whether a rule means it.

Deny matches on any identity, allow only on all; the strongest identity that matched is the one reported. The order:
signer, original name, file digest or build id, executable, command.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from lockdown.contract.settings import ProgramRule

Identity = Literal["signer", "original_name", "sha256", "build_id", "executable", "command"]
IDENTITIES: tuple[Identity, ...] = get_args(Identity)


@dataclass(frozen=True)
class Program:
    """One running process, as far as it could be read; None where it could not or was not asked for.

    Only what rules compare is kept: no command line, no user, no folder.

    Attributes:
        pid: process id.
        started: start time in the platform's own unit, which tells a reused pid apart.
        executable: file name of the program without its folder.
        command: name the process gives itself, or the file name of the script an interpreter runs.
        sha256: of the program file. build_id: of the program file (Linux).
        signer: of the program file (Windows, macOS). original_name: see `ProgramRule`.
    """

    pid: int
    started: float
    executable: str | None = None
    command: str | None = None
    sha256: str | None = None
    build_id: str | None = None
    signer: str | None = None
    original_name: str | None = None


@dataclass(frozen=True)
class Match:
    """A rule that means a program, and the strongest identity by which it does."""

    rule: ProgramRule
    identity: Identity


def denied(program: Program, deny: Iterable[ProgramRule], allow: Iterable[ProgramRule]) -> Match | None:
    """Return the strongest deny match of `program`, None where there is none or an allow rule means it."""
    matches = [Match(rule, identity) for identity in IDENTITIES for rule in deny if _same(rule, program, identity)]
    if not matches or means_one(allow, program):
        return None
    return matches[0]


def means_one(rules: Iterable[ProgramRule], program: Program) -> bool:
    """Return whether any of these allow rules means `program`: all identities of the rule are the program's."""
    return any(_means(rule, program) for rule in rules)


def wanted_identities(rules: Iterable[ProgramRule]) -> frozenset[Identity]:
    """Return the identities that any of `rules` compares, so that nothing else is read."""
    return frozenset(identity for rule in rules for identity in IDENTITIES if getattr(rule, identity) is not None)


def _means(rule: ProgramRule, program: Program) -> bool:
    given = [identity for identity in IDENTITIES if getattr(rule, identity) is not None]
    return all(_same(rule, program, identity) for identity in given)


def _same(rule: ProgramRule, program: Program, identity: Identity) -> bool:
    wanted: str | None = getattr(rule, identity)
    found: str | None = getattr(program, identity)
    return wanted is not None and found is not None and _plain(wanted) == _plain(found)


def _plain(name: str) -> str:
    return name.casefold().removesuffix(".exe")
