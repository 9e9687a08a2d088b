"""Watches which programs run, and reports those that the institution's rules deny; it closes nothing.

A look takes the difference of the process ids since the last one and reads only what is new: 0.3 ms with 600
processes. Every half minute everything is read again, because a known id can be reused or run another program.
Where the platform announces each start (`EventSource`), programs too short for any look are seen as well; the ids are
then listed every five seconds, and everything is read every five minutes.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath
from typing import Protocol

import psutil

from lockdown.contract.limit import Limit
from lockdown.contract.settings import Control, ProcessSettings, ProgramRule
from lockdown.contract.violations import Code, Fact, Violation
from lockdown.engaging.guard import Engagement
from lockdown.engaging.journal import Journal
from lockdown.watching.programs import Identity, Match, Program, denied, means_one, wanted_identities
from lockdown.watching.remote_control import remote_control_rules

_FULL_LOOK_EVERY_S = 30.0
_LISTED_EVERY_S, _ANNOUNCED_FULL_LOOK_EVERY_S = 5.0, 300.0
"""Where each start is announced, a program taken over included; the looks say who has ended, and are a second net."""


class ProcessSource(Protocol):
    """Lists processes and says which program one is."""

    def pids(self) -> Sequence[int]:
        """Return the ids of all processes that this user may know of."""
        ...

    def sees_all(self) -> bool:
        """Return whether there are no processes that this program is kept from knowing of."""
        ...

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return what is known of `pid` with the wanted `identities`; None where it is gone or hidden."""
        ...

    def unaltered(self, pid: int) -> bool:
        """Return whether `pid` runs nothing but what its maker or packages brought, as far as that can be told."""
        ...

    def remote_control_rules(self) -> Sequence[ProgramRule]:
        """Return a rule for each known program that shows or hands this screen to somebody elsewhere."""
        ...

    def assistive_rules(self) -> Sequence[ProgramRule]:
        """Return a rule for each program that people need in order to read, hear, point or write, and that is proven.

        It is never reported as denied, whatever a rule names. A name is not enough, because anybody could take it: on
        Windows the code signature has to be the maker's, on Linux the file has to be the one that the distribution's
        package brought. What cannot be proven is treated like any other program; an institution lets it pass by
        `allow` in the exam settings.
        """
        ...


class EventSource(Protocol):
    """Announces starts as they happen."""

    def start(self, identities: frozenset[Identity]) -> Limit | None:
        """Begin listening; return None, or the limit where starts cannot be announced (the log says why)."""
        ...

    def started(self) -> Sequence[Program] | None:
        """Return the programs started since the last call; None where some were lost and all must be read again."""
        ...

    def stop(self) -> None:
        """Stop listening and wait for the listener's end; also after a failed start."""
        ...


class PsutilSource:
    """Reads names through psutil, the same on each platform; knows executable and command."""

    def pids(self) -> Sequence[int]:
        """Return all process ids."""
        return psutil.pids()

    def sees_all(self) -> bool:
        """Return that it does: only Linux has namespaces, and a source of its own."""
        return True

    def program(self, pid: int, identities: frozenset[Identity]) -> Program | None:
        """Return start time, executable and command of `pid`."""
        try:
            process = psutil.Process(pid)
            started, name = process.create_time(), process.name()
        except psutil.Error:
            return None
        executable = None
        with contextlib.suppress(psutil.Error):
            executable = PurePath(process.exe()).name
        return Program(pid, started, executable=executable or None, command=name)

    def unaltered(self, pid: int) -> bool:
        """Return that it may be: this source cannot tell."""
        return True

    def remote_control_rules(self) -> Sequence[ProgramRule]:
        """Return those that go by names."""
        return remote_control_rules()

    def assistive_rules(self) -> Sequence[ProgramRule]:
        """Return none: a name proves nothing."""
        return ()


class ProcessGuard:
    """Reports denied programs, those that run already at its first look included; each process once."""

    name = Control.PROCESSES.value

    def __init__(
        self,
        settings: ProcessSettings,
        source: ProcessSource,
        events: EventSource | None = None,
        *,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._deny = denied_rules(settings, source)
        self._allow = settings.allow
        self._identities = wanted_identities((*self._deny, *self._allow))
        self._source = source
        self._events = events
        self._listening = False
        self._clock_s = clock_s
        self._known: set[int] = set()
        self._reported: dict[tuple[int, str], float] = {}
        self._next_full_look_s = 0.0
        self._next_list_s = 0.0
        self._first = True

    def engage(self, journal: Journal) -> Engagement:
        """Begin to watch; changes nothing. What can be seen is reported, however little that is."""
        limit = Limit.POLLED if self._events is None else self._events.start(self._identities)
        self._listening = limit is None
        if not self._source.sees_all():
            return Engagement("not_available", Limit.PROCESSES_HIDDEN)
        return Engagement("observed", limit)

    def check(self) -> Sequence[Violation]:
        """Report denied programs that are new since the last look."""
        now_s = self._clock_s()
        announced: Sequence[Program] | None = ()
        if self._listening and self._events is not None:
            announced = self._events.started()
        found = list(announced or ())
        found += self._listed(now_s, everything=self._first or announced is None)
        seen = [violation for program in found if (violation := self._report(program)) is not None]
        self._first = False
        return seen

    def release(self) -> None:
        """Stop watching."""
        if self._events is not None:
            self._events.stop()
        self._listening = False

    def _listed(self, now_s: float, *, everything: bool) -> Sequence[Program]:
        """Read what is new in the list of processes, or everything, as it is time for."""
        everything = everything or now_s >= self._next_full_look_s
        if self._listening and not everything and now_s < self._next_list_s:
            return ()
        self._next_list_s = now_s + _LISTED_EVERY_S
        present = set(self._source.pids())
        to_read = present if everything else present - self._known
        if everything:
            interval_s = _ANNOUNCED_FULL_LOOK_EVERY_S if self._listening else _FULL_LOOK_EVERY_S
            self._next_full_look_s = now_s + interval_s
        self._known = present
        for key in [key for key in self._reported if key[0] not in present]:
            del self._reported[key]
        programs = (self._source.program(pid, self._identities) for pid in to_read)
        return [program for program in programs if program is not None]

    def _report(self, program: Program) -> Violation | None:
        match = denied(program, self._deny, self._allow)
        if match is None:
            return None
        key = (program.pid, match.rule.title)
        if self._reported.get(key) == program.started or is_assistive(self._source, program):
            return None
        self._reported[key] = program.started
        facts: dict[str, Fact] = {"title": match.rule.title, "identity": match.identity, "since_start": self._first}
        return Violation(self.name, Code.PROGRAM_RUNNING, time.monotonic_ns(), facts, Control.PROCESSES)


def denied_rules(settings: ProcessSettings, source: ProcessSource) -> tuple[ProgramRule, ...]:
    """Return the institution's deny rules, then the client's own where they are asked for."""
    return (*settings.deny, *(source.remote_control_rules() if settings.deny_remote_control else ()))


def is_assistive(source: ProcessSource, program: Program) -> bool:
    """Return whether `program` is certainly one that a person needs; asked of denied ones only, because it costs time.

    One that has ended meanwhile cannot be told any more.
    """
    rules = source.assistive_rules()
    again = source.program(program.pid, wanted_identities(rules)) if rules else None
    if again is None or again.started != program.started or not means_one(rules, again):
        return False
    return source.unaltered(program.pid)


def needed_by_a_person(source: ProcessSource, allow: Iterable[ProgramRule], pid: int) -> bool:
    """Return whether `pid` is certainly assistive, or one that the exam settings let be."""
    allowed, assistive = tuple(allow), source.assistive_rules()
    program = source.program(pid, wanted_identities((*allowed, *assistive)))
    if program is None:
        return False
    return means_one(allowed, program) or (means_one(assistive, program) and source.unaltered(pid))


def denied_running(
    source: ProcessSource, deny: Sequence[ProgramRule], allow: Iterable[ProgramRule] = ()
) -> tuple[tuple[Program, Match], ...]:
    """Return every denied program that runs at this moment, with the rule that means it; none that a person needs."""
    allowed = tuple(allow)
    identities = wanted_identities((*deny, *allowed))
    found = []
    for pid in source.pids():
        program = source.program(pid, identities)
        match = denied(program, deny, allowed) if program is not None else None
        if program is not None and match is not None and not is_assistive(source, program):
            found.append((program, match))
    return tuple(found)


def denied_now(
    source: ProcessSource, deny: Sequence[ProgramRule], allow: Iterable[ProgramRule] = ()
) -> tuple[Match, ...]:
    """Return the denied programs that run at this moment, each title once."""
    found: dict[str, Match] = {}
    for _, match in denied_running(source, deny, allow):
        found.setdefault(match.rule.title, match)
    return tuple(found.values())
