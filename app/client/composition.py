"""Builds the test taker's program: the only file of the client that names concrete classes of all four parts."""

from __future__ import annotations

import logging
import secrets
import shutil
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.client.bridge import Bridge
from app.client.delivery.attempt_delivery import AttemptDelivery, AttemptRecords
from app.client.entry.opening import check_sources, exam_begun, new_attempt, open_exam, read_exam, under
from app.client.entry.servers import ExamServers
from app.client.errors import ClientError, FolderUnusable
from app.client.exam_windows import ExamWindows
from app.client.machine.own_process import own_process
from app.client.machine.this_machine import ThisMachine
from app.client.pages.machine_refusals import not_restored
from app.client.pages.refusals import refused
from app.client.pages.start import start_model
from app.client.recording.recording import Recording
from app.client.session.collaborators import Collaborators
from app.client.session.controller import Controller
from app.client.session.setup import SessionSetup
from app.client.session.signals import connect_exam, connect_window
from app.client.session.states import InExam
from app.client.state.paths import ClientPaths
from app.client.upkeep.earlier_exams import EarlierExams
from app.client.upkeep.self_check import run_self_check
from app.client.workspace import Workspace, workspace
from app.durable_files.writing import remove_file
from app.policy.errors import PolicyError, UnknownInstitution
from app.policy.machine import machine_policy
from lockdown.platforms.backend import backend
from lockdown.restore import restore_all
from lockdown.watchdog import markers
from resources.language import _
from ui.client.window import ClientWindow
from ui.model import TroubleModel, TrustPrompt
from ui.theme import apply_theme

if TYPE_CHECKING:
    from pathlib import Path

    from app.client.machine.lock import MachineLock
    from app.client.recording.recording import ChosenSources
    from app.client.session.collaborators import ExamListener
    from app.client.state.attempts import Attempt
    from app.policy.exam_file import VerifiedExam
    from lockdown.restore import RestoreReport
    from ui.client.exam.window import ExamWindow

_log = logging.getLogger(__name__)

LOOK_S = 4.0
"""So long are the devices looked at from the start page."""
SIGNAL_POLL_S = 0.5
"""Python hears a signal only when it gets a turn; Qt's loop gives it one this often."""


@dataclass(frozen=True)
class Appearance:
    """How the windows are to look where the system's own wish is not heard; None: as the system says."""

    text_scale: float | None = None
    high_contrast: bool | None = None


SYSTEM_APPEARANCE = Appearance()


class ClientProgram:
    """The program from its first window to its exit status."""

    def __init__(
        self,
        exam: str | None,
        *,
        paths: ClientPaths,
        sources: ChosenSources,
        candidate: str | None,
        authority: Path | None = None,
        appearance: Appearance = SYSTEM_APPEARANCE,
    ) -> None:
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DisableShaderDiskCache)  # a file that nobody would remove
        self._app = QApplication([sys.argv[0]])
        apply_theme(self._app, appearance.text_scale, high_contrast=appearance.high_contrast)
        self.bridge = Bridge()
        self.window = ClientWindow()
        self._exam = exam
        self._sources = sources
        self._candidate = candidate
        self._authority = authority
        self._paths = paths
        self._backend = backend(own_process("server-probe-process"))
        self._held = ExitStack()
        self._workspace: Workspace | None = None
        self._controller: Controller | None = None
        self._earlier = EarlierExams()
        self._status = 0
        self._exam_window: ExamWindow | None = None
        self._exam_windows = ExamWindows(paths.browser)

    @property
    def controller(self) -> Controller:
        """The session's controller; there is one once the exam file was accepted."""
        if self._controller is None:
            raise ClientError("No exam is open")
        return self._controller

    @property
    def exam_window(self) -> ExamWindow | None:
        """The locked window while there is one."""
        in_exam = self._controller is not None and isinstance(self._controller.state, InExam)
        return self._exam_window if in_exam else None

    @property
    def _kept(self) -> Workspace:
        """What this client holds; there is something once it has started."""
        if self._workspace is None:
            raise ClientError("Nothing is held before the start")
        return self._workspace

    def run(self) -> int:
        """Run until the last window is closed; gives the exit status."""
        self.window.retry_requested.connect(self._start)
        self.window.close_requested.connect(self._close_unopened)
        self.window.exam_chosen.connect(self._choose)
        self.window.check_requested.connect(self._check)
        self.window.start_page_requested.connect(self._start)
        self.bridge.after(0, self._start)
        # Not `quit`, which asks the windows first: the exam's would ask back and keep the program from ending.
        signal.signal(signal.SIGTERM, lambda _number, _frame: self._app.exit(0))
        self.bridge.every(SIGNAL_POLL_S, lambda: None)
        with self._held:
            self._app.exec()
            if self._controller is not None:
                self._controller.shut_down()
            self._earlier.stop()
        self._exam_windows.stop()
        shutil.rmtree(self._paths.browser, ignore_errors=True)
        return self._status

    def _start(self) -> None:
        """Put this computer back, take hold of the folder, then open the exam; once more where it was tried again."""
        self.window.show_waiting(_("Opening your exam …") if self._exam else _("Starting …"))
        self.window.show()
        restored = restore_all(self._paths.journal, self._backend.machine_settings())
        if self._workspace is None:
            self.bridge.work(self._hold, partial(self._started, restored))
        else:
            self._started(restored, self._workspace)

    def _hold(self) -> Workspace | ClientError:
        try:
            return self._held.enter_context(workspace(self._paths))
        except ClientError as error:
            return error

    def _started(self, restored: RestoreReport, held: Workspace | ClientError) -> None:
        if isinstance(held, ClientError):
            self._show_trouble(refused(held))  # what earlier starts left is the running one's to deliver
            return
        self._workspace = held
        for marker in markers(self._paths.journal):
            _log.warning("an earlier exam ended abnormally; what it had changed was put back")
            remove_file(marker)
        if not restored.clean:
            self._earlier.deliver(held)
            self._show_trouble(not_restored(restored.problems))
        elif self._exam is None:
            self._earlier.deliver(held)
            self.window.show_start(start_model(held.attempts))
        else:
            self._open()

    def _choose(self, exam: str) -> None:
        self._exam = exam
        self._start()

    def _check(self) -> None:
        """Check this computer without an exam, from the start page."""
        self.window.show_waiting(_("Looking at this computer …"))
        look = partial(run_self_check, self._paths, self._sources, seconds=LOOK_S)
        self.bridge.work(look, lambda report: self.window.show_findings(report.as_page()))

    def _open(self) -> None:
        self.bridge.work(partial(read_exam, self._exam or "", self._authority), self._opened)

    def _opened(self, read: bytes | ClientError | PolicyError) -> None:
        if not isinstance(read, bytes):
            self._refuse(read)
            return
        try:
            exam = open_exam(read, self._kept.pins)
            unfinished = self._kept.attempts.unfinished(exam.settings.institution.id, exam.settings.exam.id)
            if unfinished is not None:
                kept = self._kept.attempts.exam_file(unfinished.attempt)
                exam, read = exam_begun(exam, read, unfinished, kept)
                unfinished = under(exam, unfinished)
            check_sources(exam.settings, self._sources)
        except UnknownInstitution as unknown:
            self.window.trust_confirmed.connect(partial(self._trust, unknown, read))
            self.window.show_trust(TrustPrompt(unknown.institution, unknown.words))
            return
        except (PolicyError, ClientError) as error:
            self._refuse(error)
            return
        except OSError as error:  # what was seen of the exam could not be kept
            self._refuse(FolderUnusable.of(error, self._paths.pins))
            return
        self._lead(exam, read, unfinished)

    def _trust(self, unknown: UnknownInstitution, read: bytes) -> None:
        self.window.trust_confirmed.disconnect()
        try:
            self._kept.pins.trust(unknown.institution, unknown.root_key)
        except PolicyError as error:
            self._refuse(error)
        except OSError as error:
            self._refuse(FolderUnusable.of(error, self._paths.pins))
        else:
            self._opened(read)

    def _refuse(self, error: ClientError | PolicyError) -> None:
        self._earlier.deliver(self._kept)
        self._show_trouble(refused(error))

    def _show_trouble(self, model: TroubleModel) -> None:
        _log.warning("the exam was refused: %s", model.code)
        self._status = 1
        self.window.show_trouble(model)

    def _lead(self, exam: VerifiedExam, exam_file: bytes, unfinished: Attempt | None) -> None:
        self._status = 0
        kept = self._kept
        attempt = unfinished or new_attempt(exam, str(uuid4()), self._candidate or f"candidate-{secrets.token_hex(4)}")
        self._earlier.deliver(kept, present=attempt)
        settings = exam.settings
        machine = ThisMachine(settings.lockdown, self._paths, attempt, machine_policy(), self._backend)
        collaborators = Collaborators(
            window=self.window,
            machine=machine,
            scheduler=self.bridge,
            servers=ExamServers(settings, attempt.endpoint),
            store=AttemptRecords(kept.outbox, kept.attempts, self._paths.receipts),
            exam=partial(self._open_exam_window, exam, machine),
            recording=lambda listener: Recording(
                settings=settings,
                sources=self._sources,
                spool=self._paths.spool,
                attempts=kept.attempts,
                exam_file=exam_file,
                listener=listener,
                scheduler=self.bridge,
            ),
            delivery=lambda each, listener: AttemptDelivery(each, kept.outbox, listener),
        )
        setup = SessionSetup(settings, self._sources, attempt, resumed=unfinished is not None)
        self._controller = Controller(setup, collaborators, self.quit)
        connect_window(self.window, self._controller)
        self._controller.start()

    def _open_exam_window(
        self, exam: VerifiedExam, machine: ThisMachine, listener: ExamListener
    ) -> tuple[ExamWindow, MachineLock]:
        window = self._exam_window = self._exam_windows.make(exam)
        connect_exam(window, listener)
        return window, machine.lock_for(window)

    def _close_unopened(self) -> None:
        if self._controller is None:
            self.quit(self._status)

    def quit(self, status: int) -> None:
        """Close the windows and end `run` with `status`; what is recorded is sealed first."""
        self._status = status
        self.window.hide()
        self._app.quit()
