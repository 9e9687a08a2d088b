"""Why a guard gives less than its control can, as a code that is sealed with what it gives."""

from __future__ import annotations

from enum import StrEnum


class Limit(StrEnum):
    """What limits a control on this machine."""

    LAB_MACHINES_ONLY = "lab_machines_only"
    """It would change what outlives the program, which is done on machines that lab staff manage."""
    NOT_PERMITTED = "not_permitted"
    """This user's rights are not enough."""
    SYSTEM_REFUSED = "system_refused"
    """The operating system did not do what it was asked; the log has its error."""
    WINDOW_SYSTEM = "window_system"
    """The X server cannot be asked; the log says what it lacks."""
    WINDOW_NOT_FOUND = "window_not_found"
    """The window system knows no such exam window."""
    PROCESSES_HIDDEN = "processes_hidden"
    """This program was started where it sees a part of the computer's processes only."""
    X11_ONLY = "x11_only"
    """Only an X server lets a program do it."""
    WAYLAND = "wayland"
    """A Wayland compositor lets no program do it, or all of it."""
    WHILE_ACTIVE = "while_active"
    """The system tells of it only while, or when, the exam window is the active one."""
    HELD_BY_PROGRAM = "held_by_program"
    """Another program holds it, as an open menu holds the keyboard."""
    PART_OF_DISPLAY = "part_of_display"
    """The exam window fills only a part of a display."""
    SET_BEFORE = "set_before"
    """It was set so before the exam, by the person or the desktop, and is left alone."""
    ASSISTIVE_PROGRAM = "assistive_program"
    """A program that helps a person needs it."""
    POLLED = "polled"
    """Nothing is announced: it is looked at about once a second, and what is shorter can be missed."""
    NO_BATTERY = "no_battery"
    """The computer has none, so there is nothing to report."""
