"""The device check: everything that must be known before the exam window locks, each finding with a way on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from app.client.findings.machine_findings import check_item
from app.client.findings.readiness import readiness
from app.client.findings.server_findings import (
    DELIVERY,
    DELIVERY_TITLE,
    PAGE,
    PAGE_TITLE,
    delivery_finding,
    page_finding,
)
from app.client.findings.source_findings import source_finding, source_unknown
from app.client.pages.source_words import limits_sentence
from lockdown.contract.finding import DiskSpace
from resources.language import _
from ui.model import CheckItem, ChecksModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.client.entry.servers import FirstPage
    from app.client.machine.policy_findings import MachineFinding
    from app.policy.document import ExamSettings
    from capture.errors import SourceFault
    from capture.reports import Condition, Impairment, StreamName
    from capture.sources.screen_limits import ScreenLimit

_DISK = DiskSpace.code
_DETECTION = "A-01"
_LOOKING = "L-00"


@dataclass
class DeviceCheck:
    """Collects findings as they arrive and says whether the exam may start; lives on the main thread.

    A missing device never bars the way: it is said, recorded as a gap, and people decide. What bars it is a
    finding of lockdown that the institution's settings refuse, and a disk without room for the recording.
    """

    settings: ExamSettings
    screen_limits: tuple[ScreenLimit, ...] = ()
    _sources: dict[StreamName, tuple[Condition, SourceFault | None] | None] = field(default_factory=dict)
    _impairments: dict[StreamName, Impairment] = field(default_factory=dict)
    _beside: dict[str, CheckItem] = field(default_factory=dict)
    _findings: tuple[CheckItem, ...] | None = None

    def begin(self) -> ChecksModel:
        """Forget earlier findings; every expected check is shown as running."""
        recording = self.settings.recording
        expected: dict[StreamName, object] = {
            "webcam": recording.camera,
            "microphone": recording.microphone,
            "screen": recording.screen,
        }
        self._sources = {stream: None for stream, asked in expected.items() if asked is not None}
        self._impairments = {}
        self._beside = {}
        if self.settings.looks_at_check_in() is not None:
            self._take(CheckItem(_DETECTION, _("Detection"), "checking", _("Loading …")))
        self._take(CheckItem(PAGE, _(PAGE_TITLE), "checking", _("Opening the exam's first page …")))
        self._take(CheckItem(DELIVERY, _(DELIVERY_TITLE), "checking", _("Asking your institution's endpoint …")))
        self._take(CheckItem(_DISK, _("Disk space"), "checking", _("Setting space aside …")))
        self._findings = None
        return self.model()

    def source(self, stream: StreamName, state: Condition, fault: SourceFault | None) -> ChecksModel:
        """Take a source's state, as capture names it."""
        if stream in self._sources:
            self._sources[stream] = (state, fault)
        return self.model()

    def sources_unknown(self) -> ChecksModel:
        """Take note that the recorder is gone: nothing is known of any source until the next one says so."""
        self._sources = dict.fromkeys(self._sources)
        self._impairments = {}
        return self.model()

    def quality(self, stream: StreamName, impairment: Impairment | None) -> ChecksModel:
        """Set the impairment of a source; None clears it."""
        if impairment is None:
            self._impairments.pop(stream, None)
        else:
            self._impairments[stream] = impairment
        return self.model()

    def delivery(self, problem: str | None) -> ChecksModel:
        """Take the endpoint's answer: None where it takes recordings, else what is wrong."""
        return self._take(delivery_finding(problem))

    def page(self, page: FirstPage) -> ChecksModel:
        """Take how the exam's first page was answered."""
        return self._take(page_finding(page))

    def disk(self, problem: str | None) -> ChecksModel:
        """Take the outcome of setting disk space aside."""
        return self._take(
            CheckItem(
                _DISK,
                _("Disk space"),
                "ready",
                _("There is room for the whole recording, even without a network."),
            )
            if problem is None
            else CheckItem(
                _DISK,
                _("Disk space"),
                "blocking",
                problem,
                fix=_("Delete or move files you do not need, empty the bin, then check again."),
                override=_("Nobody can override this: a recording that does not fit would be lost."),
            )
        )

    def detection(self, *, available: bool) -> ChecksModel:
        """Take whether the detectors run here; where they do not, that is said, recorded, and bars nothing."""
        if _DETECTION in self._beside:
            self._take(detection_finding(available=available))
        return self.model()

    def machine(self, findings: Sequence[MachineFinding]) -> ChecksModel:
        """Take the findings about this machine; disk space is judged by setting it aside, not by asking."""
        self._findings = tuple(check_item(finding) for finding in findings if finding.code != _DISK)
        return self.model()

    def model(self) -> ChecksModel:
        """Give everything known so far as the page shows it."""
        settled = (*map(self._source_item, self._sources), *self._beside.values(), *self._machine_items())
        whole = readiness(settled, exam=True)
        return ChecksModel(
            items=settled,
            may_start=whole.may_start,
            sentence=whole.sentence,
            camera_expected="webcam" in self._sources,
            microphone_expected="microphone" in self._sources,
            more_follows=bool(self.settings.check_in()),
        )

    def _take(self, item: CheckItem) -> ChecksModel:
        self._beside[item.code] = item
        return self.model()

    def _machine_items(self) -> tuple[CheckItem, ...]:
        if self._findings is None:
            return (CheckItem(_LOOKING, _("This computer"), "checking", _("Looking at this computer …")),)
        return self._findings

    def _source_item(self, stream: StreamName) -> CheckItem:
        known = self._sources[stream]
        if known is None:
            return source_unknown(stream)
        state, fault = known
        item = source_finding(stream, state, fault, self._impairments.get(stream), exam=True)
        if item.state == "ready" and stream == "screen":
            return replace(item, sentence=limits_sentence(self.screen_limits))
        return item


def detection_finding(*, available: bool) -> CheckItem:
    """Say whether what the exam looks for can be looked for here."""
    if available:
        sentence = _("What this exam looks for can be looked for on this computer.")
        return CheckItem(_DETECTION, _("Detection"), "ready", sentence)
    return CheckItem(
        _DETECTION,
        _("Detection"),
        "attention",
        _("Detection is not available on this computer."),
        fix=_(
            "You can start. Camera and sound are recorded as usual, and your institution sees that "
            "nothing was looked for automatically. Installing Invigilo again brings detection back."
        ),
    )
