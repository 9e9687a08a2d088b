"""Every code that the test taker's program shows: what it means, what the test taker does, what support does.

A code has one meaning for good: a new meaning gets a new code, and one that is no longer shown is not given out again.
The page that shows a code says more, from the facts at hand. ERRORS.md is made of this (`make languages`).

| codes | are about | shown |
|---|---|---|
| F | the exam file or link | when an exam is opened |
| H | Invigilo itself, here on this computer | when an exam is opened |
| L | locking this computer and putting it back | when an exam is opened or begins |
| U | a page of the exam | in its place |
| Q | what the endpoint refuses | beside the state of delivery, by the device check and `invigilo upload` |
| others | one thing each that an exam needs | by the device check and `invigilo check` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from resources.language import N_


@dataclass(frozen=True)
class ErrorCode:
    """What was found, what the test taker does, and what support does; each marked for translation, English here."""

    meaning: str
    test_taker: str
    support: str


_ASK_FOR_FILE = N_("Ask your institution for the current exam file.")

EXAM_FILE: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "F-00": ErrorCode(
            N_("The exam file was refused for a reason that has no code of its own."),
            N_("Install the newest version of Invigilo and try again."),
            N_("Ask for the program's log, and report it as a fault of Invigilo."),
        ),
        "F-01": ErrorCode(
            N_("The exam file, as the device check looks at it."),
            N_("Do what the line says."),
            N_("Open the same file elsewhere; the code that comes then says what is wrong with it."),
        ),
        "F-02": ErrorCode(
            N_("The file is not an exam file, or was damaged on its way."),
            N_("Download it again, or choose the file that your institution sent. Its name ends in .invigilo."),
            N_("Send it again as an attachment or a link: pasted into a message, its lines are changed."),
        ),
        "F-03": ErrorCode(
            N_("The signature does not fit: the file was altered or damaged after it was signed."),
            N_("Download it again. If it is refused again, tell your institution."),
            N_("Compare the file with the one that was signed. If the two differ, find out who changed it."),
        ),
        "F-04": ErrorCode(
            N_("The signature is good, but this version does not understand the line that was signed with it."),
            N_("Install the newest version of Invigilo, or ask your institution for a new exam file."),
            N_("Sign the exam with “invigilo-institution exam sign”, and have the test taker update Invigilo."),
        ),
        "F-05": ErrorCode(
            N_("This is the institution's first exam on this computer, so nobody has confirmed its key yet."),
            N_("Compare the key words with those that your institution has published, and confirm them."),
            N_("Publish the key words where test takers find them; “invigilo-institution init” printed them."),
        ),
        "F-06": ErrorCode(
            N_("The exam file is signed with another key than the one that is trusted for this institution."),
            N_("Do not use the file. Ask your institution."),
            N_("Where did the file come from? If your institution has a new root key, its words are confirmed anew."),
        ),
        "F-07": ErrorCode(
            N_("A newer version of this exam's settings has already been opened on this computer."),
            _ASK_FOR_FILE,
            N_("Send the file with the highest version number, or sign the exam again."),
        ),
        "F-08": ErrorCode(
            N_("Two files with different content have the same version number."),
            N_("Do not use the file. Ask your institution for one with a new version number."),
            N_("Find out which of the two is right, and sign it again with a higher version number."),
        ),
        "F-09": ErrorCode(
            N_("The time in which the exam can be opened has not begun."),
            N_("Come back then. If that time has passed, check this computer's clock."),
            N_("Compare the exam's times with the clock and the time zone of the computer."),
        ),
        "F-10": ErrorCode(
            N_("The time in which the exam could be opened is over."),
            N_("Ask whether there is a newer exam file, and check this computer's clock."),
            N_("Sign the exam again with a later end if the test taker may still take it."),
        ),
        "F-11": ErrorCode(
            N_("The settings are signed by the institution, but this version cannot follow them."),
            N_("Install the newest version of Invigilo. If it says the same, tell your institution."),
            N_("The page names each setting that is wrong. Correct them, and sign the exam again."),
        ),
        "F-12": ErrorCode(
            N_("An address in the exam's settings is not one that an exam can use."),
            _ASK_FOR_FILE,
            N_("The page names the address. Correct it, and sign the exam again."),
        ),
        "F-13": ErrorCode(
            N_("This is not an exam link."),
            N_("Copy it again from your institution's page, or open the exam file instead."),
            N_("Check the link that was published. It has the form invigilo://HOST/PATH."),
        ),
        "F-14": ErrorCode(
            N_("The list of trusted institutions on this computer is damaged. It has been left as it is."),
            N_("Restore it from a backup, or move it away and confirm the institution anew."),
            N_("Move institutions.json out of Invigilo's data folder; keys are then confirmed anew by their words."),
        ),
    }
)

PROGRAM: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "H-00": ErrorCode(
            N_("Invigilo met a fault of its own that has no code."),
            N_("Start Invigilo again. If this comes back, show the page to your institution's support."),
            N_("Ask for the program's log, and report it as a fault of Invigilo."),
        ),
        "H-01": ErrorCode(
            N_("Invigilo wanted to take a step that does not follow from where the exam stands: a fault of its own."),
            N_("Start Invigilo again. The exam goes on where it was."),
            N_("Ask for the program's log, and report it as a fault of Invigilo."),
        ),
        "H-02": ErrorCode(
            N_("The recorder could not be started."),
            N_("Start Invigilo again. If this comes back, show the page to your institution's support."),
            N_("The page says why. Reinstall Invigilo if a part of it is missing, or try another computer."),
        ),
        "H-03": ErrorCode(
            N_("The exam file cannot be read, or the server of the exam link does not give it."),
            N_("Check the file or link that your institution gave you, and your network, then try again."),
            N_("Open the link elsewhere. The page says the server's answer or the system's error."),
        ),
        "H-04": ErrorCode(
            N_("A file or an address was named as a camera, microphone or screen; this exam is recorded from devices."),
            N_("Start again without --camera, --microphone or --screen, or name a device."),
            N_("See how Invigilo is started: only a rehearsal may be recorded from files."),
        ),
        "H-05": ErrorCode(
            N_("The saved state of an earlier exam cannot be read. Nothing was deleted."),
            N_("Ask your institution's support to look at the file that the page names."),
            N_("Keep a copy of Invigilo's data folder, move the file away, and run “invigilo upload”."),
        ),
        "H-06": ErrorCode(
            N_("Invigilo is already running on this computer."),
            N_("Look for its window, or wait until it has ended, then try again."),
            N_("If no window is to be found, log out and in again, or restart the computer."),
        ),
        "H-07": ErrorCode(
            N_("The folder in which Invigilo keeps a recording until it is sent cannot be used."),
            N_("Do what the page says: make room, have it opened to this account, or move away what lies there."),
            N_("The page names the folder. Another one can be named with --data FOLDER."),
        ),
        "H-08": ErrorCode(
            N_("There is no display to show a window on."),
            N_("Log in at the computer itself, with a desktop, and start Invigilo there."),
            N_("Invigilo needs an X11 or Wayland session; over SSH there is none."),
        ),
    }
)
