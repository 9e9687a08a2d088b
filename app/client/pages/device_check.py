"""The device check: everything that must be known before the exam window locks, each finding with a way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.client.pages.machine_findings import check_item
from app.client.pages.source_words import TITLES, fault_sentence, impairment_sentence, limits_sentence
from capture.reports import Condition
from lockdown.contract.finding import DiskSpace
from resources.language import N_, _
from ui.model import CheckItem, ChecksModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.client.machine.policy_findings import MachineFinding
    from app.policy.document import ExamSettings
    from capture.errors import SourceFault
    from capture.reports import Impairment, StreamName
    from capture.sources.screen_limits import ScreenLimit
    from ui.model import CheckState

CODES: Mapping[StreamName, str] = MappingProxyType({"webcam": "C-01", "microphone": "M-01", "screen": "X-01"})
_DISK = DiskSpace.code
_DETECTION = "A-01"
_DELIVERY = "N-01"
_VERDICTS: Mapping[Condition, CheckState] = MappingProxyType(
    {
        Condition.OPENING: "running",
        Condition.RUNNING: "ok",
        Condition.LOST: "attention",
        Condition.ABSENT: "attention",
        Condition.STOPPED: "attention",
    }
)
FIXES: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_(
            "Plug in a camera, close other programs that use it, then check again. You can start without it: your "
            "institution will see that there was no picture."
        ),
        "microphone": N_(
            "Plug in a microphone or switch it on in the system's sound settings, then check again. You can start "
            "without it: your institution will see that there was no sound."
        ),
        "screen": N_(
            "Allow Invigilo to record the screen in the system's settings, then check again. You can start without "
            "it: your institution will see that the screen was not recorded."
        ),
    }
)
IMPAIRMENT_FIXES: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_(
            "Open the camera's shutter, or take away what covers its lens; a light helps in a dark room. This page "
            "notices at once. You can start as it is: your institution will see it noted."
        ),
        "microphone": N_(
            "Switch the microphone on, at its own switch or in the system's sound settings. This page notices at "
            "once. You can start as it is: your institution will see it noted."
        ),
        "screen": N_(
            "Allow Invigilo to record the screen in the system's settings, and switch the display on. This page "
            "notices at once. You can start as it is: your institution will see it noted."
        ),
    }
)


@dataclass
class DeviceCheck:
    """Collects findings as they arrive and says whether the exam may start; lives on the main thread.

    A missing device never bars the way: it is said, recorded as a gap, and people decide. What bars it is a
    finding of lockdown that the institution's settings refuse, and a disk without room for the recording.
    """

    settings: ExamSettings
    screen_limits: tuple[ScreenLimit, ...] = ()
    _sources: dict[StreamName, CheckItem] = field(default_factory=dict)
    _impairments: dict[StreamName, Impairment] = field(default_factory=dict)
    _network: CheckItem | None = None
    _disk: CheckItem | None = None
    _detection: CheckItem | None = None
    _findings: tuple[CheckItem, ...] = ()

    def begin(self) -> ChecksModel:
        """Forget earlier findings; every expected check is shown as running."""
        recording = self.settings.recording
        expected: dict[StreamName, object] = {
            "webcam": recording.camera,
            "microphone": recording.microphone,
            "screen": recording.screen,
        }
        self._sources = {
            stream: _source_item(stream, "running", _("Opening …"))
            for stream, asked in expected.items()
            if asked is not None
        }
        self._impairments = {}
        self._network = CheckItem(_DELIVERY, _("Delivery"), "running", _("Asking your institution's endpoint …"))
        self._disk = CheckItem(_DISK, _("Disk space"), "running", _("Setting space aside …"))
        looks = self.settings.looks_at_check_in() is not None
        self._detection = CheckItem(_DETECTION, _("Detection"), "running", _("Loading …")) if looks else None
        self._findings = ()
        return self.model()

    def source(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> ChecksModel:
        """Take a source's state, as capture names it."""
        if stream in self._sources:
            verdict = _VERDICTS[state]
            item = _source_item(stream, verdict, "" if fault is None else fault_sentence(stream, fault))
            if verdict == "attention":
                item = replace(item, fix=_(FIXES[stream]))
            elif verdict == "ok" and stream == "screen":
                item = replace(item, sentence=limits_sentence(self.screen_limits))
            self._sources[stream] = item
        return self.model()

    def quality(self, stream: StreamName, impairment: Impairment | None) -> ChecksModel:
        """Set the impairment of a source; None clears it."""
        if impairment is None:
            self._impairments.pop(stream, None)
        else:
            self._impairments[stream] = impairment
        return self.model()

    def delivery(self, problem: str | None) -> ChecksModel:
        """Take the endpoint's answer: None where it admitted the attempt, else what is wrong."""
        self._network = (
            CheckItem(
                _DELIVERY,
                _("Delivery"),
                "ok",
                _("Your institution's endpoint answers. Recordings are sent as you work."),
            )
            if problem is None
            else CheckItem(
                _DELIVERY,
                _("Delivery"),
                "attention",
                problem,
                fix=_(
                    "You can start. Everything is kept, sealed, on this computer and sent when the connection is back."
                ),
            )
        )
        return self.model()

    def disk(self, problem: str | None) -> ChecksModel:
        """Take the outcome of setting disk space aside."""
        self._disk = (
            CheckItem(_DISK, _("Disk space"), "ok", _("There is room for the whole recording, even without a network."))
            if problem is None
            else CheckItem(
                _DISK,
                _("Disk space"),
                "failed",
                problem,
                fix=_("Delete or move files you do not need, empty the bin, then check again."),
                override=_("Nobody can override this: a recording that does not fit would be lost."),
            )
        )
        return self.model()

    def detection(self, *, available: bool) -> ChecksModel:
        """Take whether the detectors run here; where they do not, that is said, recorded, and bars nothing."""
        if self._detection is not None:
            self._detection = (
                CheckItem(
                    _DETECTION,
                    _("Detection"),
                    "ok",
                    _("What this exam looks for can be looked for on this computer."),
                )
                if available
                else CheckItem(
                    _DETECTION,
                    _("Detection"),
                    "attention",
                    _("Detection is not available on this computer."),
                    fix=_(
                        "You can start. Camera and sound are recorded as usual, and your institution sees that "
                        "nothing was looked for automatically. Installing Invigilo anew brings detection back."
                    ),
                )
            )
        return self.model()

    def machine(self, findings: Sequence[MachineFinding]) -> ChecksModel:
        """Take the findings about this machine; disk space is judged by setting it aside, not by asking."""
        self._findings = tuple(check_item(finding) for finding in findings if finding.code != _DISK)
        return self.model()

    def model(self) -> ChecksModel:
        """Give everything known so far as the page shows it."""
        settled = [
            *(self._with_quality(stream, item) for stream, item in self._sources.items()),
            *(item for item in (self._detection, self._network, self._disk) if item),
            *self._findings,
        ]
        return ChecksModel(
            items=tuple(settled),
            may_start=all(item.state in {"ok", "attention"} for item in settled),
            camera_expected="webcam" in self._sources,
            microphone_expected="microphone" in self._sources,
            more_follows=self.settings.has_check_in(),
        )

    def _with_quality(self, stream: StreamName, item: CheckItem) -> CheckItem:
        impairment = self._impairments.get(stream)
        if item.state != "ok" or impairment is None:
            return item
        sentence = impairment_sentence(impairment)
        return replace(item, state="attention", sentence=sentence, fix=_(IMPAIRMENT_FIXES[stream]))


def _source_item(stream: StreamName, state: CheckState, sentence: str) -> CheckItem:
    return CheckItem(CODES[stream], _(TITLES[stream]), state, sentence)
