"""Words for an exam that cannot be opened: from an error's code and facts to what happened, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.errors import (
    AlreadyRunning,
    AttemptUnreadable,
    ExamUnreachable,
    FolderFault,
    FolderUnusable,
    NoDisplay,
    RecorderFailed,
    SourceRefused,
    UnreachableFault,
)
from app.policy.errors import (
    AddressInvalid,
    ExamExpired,
    ExamFileFault,
    ExamFileUnreadable,
    ExamNotYetValid,
    LinkInvalid,
    OlderSequence,
    PinsUnreadable,
    SequenceReused,
    SettingsInvalid,
    SignatureRefused,
    TermsUnreadable,
    UnknownInstitution,
    WrongInstitution,
)
from resources.language import N_, _, isolate
from resources.moments import day_and_time
from ui.model import TroubleModel

if TYPE_CHECKING:
    from app.client.errors import ClientError
    from app.policy.errors import PolicyError

EXAM_FILE = {
    ExamFileFault.TOO_LARGE: N_("This file is larger than any exam file."),
    ExamFileFault.ANOTHER_KIND: N_("This is not an exam file."),
    ExamFileFault.LINE_ENDS_REWRITTEN: N_(
        "The line ends of the exam file were rewritten on the way, which breaks its signature."
    ),
    ExamFileFault.PARTS_MISSING: N_("The exam file is damaged, or from a newer version of Invigilo."),
    ExamFileFault.KEY_DAMAGED: N_("The institution's key in the exam file is damaged."),
}
EXAM_FILE_REMEDIES = {
    ExamFileFault.TOO_LARGE: N_("Choose the file that your institution sent. Its name ends in .invigilo."),
    ExamFileFault.ANOTHER_KIND: N_("Choose the file that your institution sent. Its name ends in .invigilo."),
    ExamFileFault.LINE_ENDS_REWRITTEN: N_("Download it again, or ask for it as an attachment or a link."),
    ExamFileFault.PARTS_MISSING: N_("Download it again, or install the newest version of Invigilo."),
    ExamFileFault.KEY_DAMAGED: N_("Download it again."),
}
UNREACHABLE = {
    UnreachableFault.FILE_UNREADABLE: N_("The exam file cannot be read."),
    UnreachableFault.NO_EXAM_THERE: N_("The link leads to no exam."),
    UnreachableFault.SERVER_UNPROVEN: N_("The server of the exam link cannot prove who it is."),
    UnreachableFault.SERVER_SILENT: N_("The server of the exam link does not answer."),
}
FOLDER = {
    FolderFault.READ_ONLY: N_(
        "The folder in which Invigilo keeps a recording until it is sent is on a read-only disk."
    ),
    FolderFault.FULL: N_("The disk with the folder in which Invigilo keeps a recording until it is sent is full."),
    FolderFault.NOT_ALLOWED: N_("This account may not write to the folder in which Invigilo keeps a recording."),
    FolderFault.NOT_A_FOLDER: N_("Something else lies where Invigilo has to have a folder or a file of its own."),
    FolderFault.NO_HOME: N_("The system knows no home folder of this account, so there is none for Invigilo's files."),
    FolderFault.FAILED: N_("The folder in which Invigilo keeps a recording until it is sent cannot be used."),
}
FOLDER_REMEDIES = {
    FolderFault.READ_ONLY: N_("Ask who set up this computer to let it be written to, or start with --data FOLDER."),
    FolderFault.FULL: N_("Delete or move files you do not need, empty the bin, then try again."),
    FolderFault.NOT_ALLOWED: N_("Ask who set up this computer to let this account write to it, then try again."),
    FolderFault.NOT_A_FOLDER: N_("Move it away, then try again."),
    FolderFault.NO_HOME: N_("Ask who set up this computer, or start with --data FOLDER."),
    FolderFault.FAILED: N_("Check the disk, or start with --data FOLDER."),
}


@dataclass(frozen=True)
class RefusalWords:
    """What happened, what to do, and where: a detail for support, which is in no language."""

    what: str
    todo: str
    where: str = ""


def refused(error: ClientError | PolicyError) -> TroubleModel:
    """Return the page for an exam that `error` keeps from being opened."""
    words = refusal_words(error)
    return TroubleModel(
        error.code, _("This exam cannot be opened here"), words.what, words.where, words.todo, may_retry=True
    )


def refusal_words(error: ClientError | PolicyError) -> RefusalWords:
    """Return the words for `error`; one that cannot keep an exam from being opened is a fault of the program."""
    return (
        _of_the_file(error)
        or _of_this_computer(error)
        or RefusalWords(
            _("The exam's program met a fault of its own."),
            _("Start Invigilo again. If this comes back, show this page to your institution's support."),
            type(error).__name__,
        )
    )


def _of_the_file(error: Exception) -> RefusalWords | None:
    ask = _("Ask your institution for the current exam file.")
    match error:
        case ExamFileUnreadable():
            return RefusalWords(_(EXAM_FILE[error.fault]), _(EXAM_FILE_REMEDIES[error.fault]))
        case SignatureRefused():
            return RefusalWords(
                _("The exam file is not as the institution signed it: it was altered or damaged."),
                _("Download it again. If it is refused again, tell your institution."),
            )
        case TermsUnreadable():
            return RefusalWords(
                _("The exam file was signed by another program, or by a newer version of it."),
                _("Install the newest version of Invigilo, or ask your institution for a new exam file."),
            )
        case WrongInstitution():
            return _wrong_institution(error)
        case UnknownInstitution():
            return RefusalWords(
                _("This is the first exam of the institution “{institution}” on this computer.").format(
                    institution=isolate(error.institution)
                ),
                _("Compare its key words with those that the institution has published: {words}.").format(
                    words=isolate(" ".join(error.words))
                ),
            )
        case OlderSequence():
            return RefusalWords(
                _(
                    "These settings of the exam “{exam}” are version {version}, but version {newer} has already been "
                    "opened on this computer."
                ).format(exam=isolate(error.exam), version=isolate(error.sequence), newer=isolate(error.seen)),
                ask,
            )
        case SequenceReused():
            return RefusalWords(
                _("Version {version} of the exam “{exam}” was opened here before with other content.").format(
                    exam=isolate(error.exam), version=isolate(error.sequence)
                ),
                _("Do not use this file. Ask your institution for one with a new version number."),
            )
        case ExamNotYetValid():
            return RefusalWords(
                _("The exam “{exam}” can be opened from {time}.").format(
                    exam=isolate(error.exam), time=isolate(day_and_time(error.valid_from))
                ),
                _("Come back then. If that time has passed, check this computer's clock."),
            )
        case ExamExpired():
            return RefusalWords(
                _("The exam “{exam}” could be opened until {time}.").format(
                    exam=isolate(error.exam), time=isolate(day_and_time(error.valid_until))
                ),
                _("Ask your institution whether there is a newer exam file, and check this computer's clock."),
            )
        case SettingsInvalid():
            return RefusalWords(
                _("The exam's settings are signed by the institution, but this version cannot follow them."),
                _("Install the newest version of Invigilo. If it says the same, tell your institution."),
                "; ".join(f"{fault.key}: {fault.code}" if fault.place else fault.code for fault in error.faults),
            )
        case AddressInvalid():
            return RefusalWords(_("An address in the exam's settings cannot be used."), ask, str(error))
    return None


def _of_this_computer(error: Exception) -> RefusalWords | None:
    match error:
        case LinkInvalid():
            return RefusalWords(
                _("This is not an exam link. An exam link has the form {form}.").format(
                    form=isolate("invigilo://HOST/PATH")
                ),
                _("Copy it again from your institution's page, or open the exam file instead."),
            )
        case ExamUnreachable():
            return RefusalWords(
                _(UNREACHABLE[error.fault]),
                _("Check the file or link that your institution gave you, and your network, then try again."),
                error.where,
            )
        case PinsUnreadable():
            return RefusalWords(
                _("The list of trusted institutions on this computer is damaged. It has been left as it is."),
                _("Restore it from a backup, or move it away and confirm the institution anew."),
            )
        case SourceRefused():
            return RefusalWords(
                _("This exam is recorded from devices only."),
                _("Start again without --camera, --microphone or --screen, or name a device."),
                error.where,
            )
        case AttemptUnreadable():
            return RefusalWords(
                _("The saved state of an earlier exam cannot be read."),
                _("Nothing was deleted. Ask your institution's support to look at this file."),
                error.where,
            )
        case AlreadyRunning():
            return RefusalWords(
                _("Invigilo is already running."), _("Look for its window, or wait until it has ended.")
            )
        case FolderUnusable():
            return RefusalWords(_(FOLDER[error.fault]), _(FOLDER_REMEDIES[error.fault]), error.where)
        case NoDisplay():
            return RefusalWords(
                _("There is no display to show the exam on."),
                _("Log in at the computer itself, with a desktop, and start Invigilo there."),
            )
        case RecorderFailed():
            return RefusalWords(
                _("The recorder could not be started."),
                _("Start Invigilo again. If this comes back, show this page to your institution's support."),
                error.where,
            )
    return None


def _wrong_institution(error: WrongInstitution) -> RefusalWords:
    what = (
        _(
            "The exam file says that it is from “{institution}”, but it is signed with another key than the trusted "
            "one, which has these words: {words}."
        )
        if error.trusted_words
        else _("The exam file says that it is from “{institution}”, but its key is trusted for another institution.")
    )
    return RefusalWords(
        what.format(institution=isolate(error.institution), words=isolate(" ".join(error.trusted_words))),
        _("Do not use this file. Ask your institution."),
    )
