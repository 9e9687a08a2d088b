"""What an institution may ask of lockdown: each control its own setting, every one off by default.

A control that is on does what the platform gives, always; its *policy* says what happens beyond that when the
control reports something. Software never decides more than this: it records, tells, waits for staff, or does not
start. It never ends an exam and never judges a test taker.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


class Control(StrEnum):
    """The controls, by the name they carry in exam settings, journal, events and pages."""

    FULL_SCREEN = "full_screen"
    FOCUS_RETURN = "focus_return"
    OVERLAYS = "overlays"
    SYSTEM_SHORTCUTS = "system_shortcuts"
    CONSOLE_SWITCH = "console_switch"
    CLIPBOARD = "clipboard"
    SCREENSHOT_PROTECTION = "screenshot_protection"
    PROCESSES = "processes"
    STORAGE = "storage"
    DISPLAYS = "displays"
    VIRTUAL_MACHINE = "virtual_machine"
    REMOTE_SESSION = "remote_session"
    VIRTUAL_DEVICES = "virtual_devices"
    INPUT_DEVICES = "input_devices"
    NETWORK = "network"
    DEBUGGER = "debugger"
    CLOCK = "clock"
    POWER = "power"
    PRINTING = "printing"
    DOWNLOADS = "downloads"
    NEW_WINDOWS = "new_windows"
    DEVELOPER_TOOLS = "developer_tools"


class Policy(StrEnum):
    """What happens when a control reports something, from mildest to strictest; each includes the milder ones.

    * ``observe``: it is recorded for the people who review.
    * ``warn``: the test taker is told at once, in plain words.
    * ``hold``: the exam is covered until staff release it; the clock of the exam is the institution's business.
    * ``refuse``: the exam does not start while it is so, nor where this machine cannot enforce the control.
      During a running exam it counts as ``hold``: software does not end an exam.
    """

    OBSERVE = "observe"
    WARN = "warn"
    HOLD = "hold"
    REFUSE = "refuse"


Attempt = Literal[Policy.OBSERVE, Policy.WARN]
"""For what comes to nothing, or is nobody's doing: there is nothing to hold or refuse."""

Watched = Literal[Policy.OBSERVE, Policy.WARN, Policy.HOLD]
"""For what only happens during the exam, or has honest reasons too: it never keeps anybody from starting."""

Given = Literal[Policy.OBSERVE, Policy.REFUSE]
"""For protection that reports no attempt: use it where there is any, or do not start where there is none."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
BuildId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,128}$")]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProgramRule(_Part):
    """One program of a deny or allow list, and how it is known; names compare without regard to case.

    A deny rule matches when *any* of its identities does, so that a renamed program is still found. An allow rule
    matches only when *all* of them do, so that nobody passes by taking an allowed name.

    Attributes:
        title: what people read, for example "AnyDesk".
        signer: subject or team of the code signature (Windows, macOS).
        original_name: OriginalFilename (Windows), bundle identifier (macOS) or owning package (Linux).
        sha256: of the program file, lower-case hexadecimal.
        build_id: GNU build id of the program file, lower-case hexadecimal (Linux).
        executable: file name of the program without its folder; ".exe" may be left out.
        command: name the process gives itself; for an interpreter (python, java) the file name of its script.
    """

    title: Term
    signer: Term | None = None
    original_name: Term | None = None
    sha256: Sha256 | None = None
    build_id: BuildId | None = None
    executable: Term | None = None
    command: Term | None = None

    @model_validator(mode="after")
    def _knows_the_program(self) -> ProgramRule:
        identities = (self.signer, self.original_name, self.sha256, self.build_id, self.executable, self.command)
        if not any(identities):
            raise PydanticCustomError("no_identity", "no_identity")
        return self


class ProcessSettings(_Part):
    """Programs that hinder the exam; running ones are listed for the test taker, who decides how they are closed.

    Attributes:
        policy: what happens when a denied program runs.
        deny: programs of the institution's own choice.
        deny_remote_control: adds the client's own list of remote control and screen sharing programs.
        allow: programs that are never reported, whatever the deny list says (assistive programs, accommodations).
    """

    policy: Policy
    deny: Annotated[tuple[ProgramRule, ...], Field(max_length=500)] = ()
    deny_remote_control: bool = True
    allow: Annotated[tuple[ProgramRule, ...], Field(max_length=500)] = ()


class DisplaySettings(_Part):
    """How many displays may be connected; `at_most` counts those that show a picture."""

    policy: Policy
    at_most: Annotated[int, Field(ge=1, le=8)] = 1


class LockdownSettings(_Part):
    """The lockdown slice of the exam settings: ``None`` means off, and everything is off unless it is asked for.

    The words that tell the test taker what each control does, why, and when it ends are the client's;
    `lockdown.platforms.matrix` says what this machine's platform can give of it.
    """

    full_screen: Policy | None = None
    focus_return: Watched | None = None
    overlays: Watched | None = None
    system_shortcuts: Policy | None = None
    console_switch: Given | None = None
    clipboard: Attempt | None = None
    screenshot_protection: Given | None = None
    processes: ProcessSettings | None = None
    storage: Policy | None = None
    displays: DisplaySettings | None = None
    virtual_machine: Policy | None = None
    remote_session: Policy | None = None
    virtual_devices: Watched | None = None
    input_devices: Watched | None = None
    network: Watched | None = None
    debugger: Policy | None = None
    clock: Attempt | None = None
    power: Attempt | None = None
    printing: Attempt | None = None
    downloads: Attempt | None = None
    new_windows: Attempt | None = None
    developer_tools: Attempt | None = None

    def policy(self, control: Control) -> Policy | None:
        """Return the policy of `control`, or None where it is off."""
        value: Policy | ProcessSettings | DisplaySettings | None = getattr(self, control.value)
        return value.policy if isinstance(value, ProcessSettings | DisplaySettings) else value

    def controls(self) -> tuple[Control, ...]:
        """Return the controls that are on, in the order of `Control`."""
        return tuple(control for control in Control if self.policy(control) is not None)
