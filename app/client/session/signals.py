"""Connects the windows' signals to the session: the only place of it that knows signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.client.session.collaborators import ExamListener
    from app.client.session.controller import Controller
    from ui.client.exam.window import ExamWindow
    from ui.client.window import ClientWindow


def connect_window(window: ClientWindow, controller: Controller) -> None:
    """Bring what is pressed before and after the exam to `controller`."""
    window.accepted.connect(controller.accepted)
    window.declined.connect(controller.declined)
    window.recheck_requested.connect(controller.preparation.check)
    window.close_programs_confirmed.connect(controller.preparation.close_programs)
    window.start_requested.connect(controller.preparation.check_in)
    window.check_in_acted.connect(controller.preparation.act)
    window.lock_requested.connect(controller.lock)
    window.leave_requested.connect(controller.leave)
    window.receipts_wanted.connect(controller.save_receipts)
    window.close_requested.connect(controller.close)


def connect_exam(window: ExamWindow, exam: ExamListener) -> None:
    """Bring what happens in the exam window to `exam`."""
    window.page_painted.connect(exam.page_painted)
    window.hand_in_requested.connect(exam.hand_in_requested)
    window.leave_requested.connect(exam.leave_requested)
    window.page_event.connect(exam.page_event)
    window.hold_answered.connect(exam.hold_answered)
    window.left_window.connect(exam.window_left)
    window.returned_to_window.connect(exam.window_returned)
    window.break_requested.connect(exam.break_requested)
    window.break_ended.connect(exam.break_ended)
