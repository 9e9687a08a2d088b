"""The check-in from its first step to its last, in the order the settings ask for."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from app.client.checkin.calibration import CalibrationStep
from app.client.checkin.face import FaceStep
from app.client.checkin.scan import DESK, ROOM, ScanStep
from app.client.checkin.step import Tools
from app.client.checkin.still import ID_PHOTO, SIGNATURE, StillStep
from app.policy.check_in import CheckInPart

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.client.checkin.step import CheckInStep, CheckInView, StepClock, StepRecorder
    from app.client.ipc.from_recorder import Calibrated, FaceSeen, StillTaken
    from app.policy.document import ExamSettings
    from ui.client.checkin.model import CheckInAction

_NOT_RECORDED = frozenset({CheckInPart.FACE, CheckInPart.GAZE})


class CheckIn:
    """Leads through the steps. `record` is called before the first one that is recorded, `finished` after the last.

    `picture` is whether the camera delivers one at the start. Face and calibration come first: they are not recorded.
    With nothing asked for `finished` is called at once.
    """

    def __init__(
        self,
        settings: ExamSettings,
        *,
        page: CheckInView,
        recorder: StepRecorder,
        clock: StepClock,
        record: Callable[[], None],
        finished: Callable[[], None],
        picture: bool = True,
    ) -> None:
        self._record = record
        self._finished = finished
        tools = Tools(page, recorder, clock, self._next)
        steps: dict[CheckInPart, Callable[[], CheckInStep]] = {
            CheckInPart.FACE: partial(FaceStep, tools),
            CheckInPart.GAZE: partial(CalibrationStep, tools),
            CheckInPart.ID_PHOTO: partial(StillStep, tools, ID_PHOTO),
            CheckInPart.SIGNATURE: partial(StillStep, tools, SIGNATURE),
            CheckInPart.DESK_SCAN: partial(ScanStep, tools, DESK),
            CheckInPart.ROOM_SCAN: partial(ScanStep, tools, ROOM),
        }
        asked = settings.check_in()
        self._before = deque(steps[part] for part in asked if part in _NOT_RECORDED)
        self._recorded = deque(steps[part] for part in asked if part not in _NOT_RECORDED)
        self._recording = False
        self._detecting = True
        self._picture = picture
        self._step: CheckInStep | None = None

    def start(self) -> None:
        """Begin with the first step."""
        self._next()

    def act(self, action: CheckInAction) -> None:
        """A button of the step's page was pressed."""
        if self._step is not None:
            self._step.act(action)

    def end(self) -> None:
        """The check-in is left."""
        if self._step is not None:
            self._step.end()
            self._step = None

    def seen(self, seen: FaceSeen) -> None:
        """The detectors looked at the test taker."""
        if self._step is not None:
            self._step.seen(seen)

    def calibrated(self, calibrated: Calibrated) -> None:
        """The calibration is over."""
        if self._step is not None:
            self._step.calibrated(calibrated)

    def still_taken(self, taken: StillTaken) -> None:
        """A still picture was taken."""
        if self._step is not None:
            self._step.still_taken(taken)

    def still_stored(self, *, stored: bool) -> None:
        """The still picture is sealed, or gone."""
        if self._step is not None:
            self._step.still_stored(stored=stored)

    def detection_changed(self, *, available: bool) -> None:
        """The detectors run, or cannot."""
        self._detecting = available
        if self._step is not None and not available:
            self._step.detection_lost()

    def picture_changed(self, *, there: bool) -> None:
        """The camera delivers pictures, or does not."""
        if there != self._picture:
            self._picture = there
            if self._step is not None:
                self._step.picture_changed(there=there)

    def _next(self) -> None:
        if self._before:
            self._step = self._before.popleft()()
            if not self._detecting:
                self._step.detection_lost()
            if not self._picture:
                self._step.picture_changed(there=False)
        elif self._recorded:
            if not self._recording:
                self._recording = True
                self._record()
            self._step = self._recorded.popleft()()
        else:
            self._step = None
            self._finished()
            return
        self._step.start()
