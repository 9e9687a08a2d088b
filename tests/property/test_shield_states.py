"""Whatever recorder and devices do, in whatever order: the shield is green exactly while all of it is really recorded.

What is driven is the client's own code, from the recorder's messages to what the bar is given. The recorder is a model:
it does what a recorder may do, and knows the truth.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.client.ipc.from_recorder import Finished, Heartbeat, QualityChanged, SourceChanged, TakeStarted
from app.client.ipc.to_recorder import Begin, Finish
from app.client.recording.heartbeat import STUCK_TICKS
from app.client.recording.recording import ChosenSources, Recording
from app.client.session.presenter import Presenter
from app.client.session.states import Running
from app.client.state.attempts import Attempt, AttemptStore
from app.policy.document import ExamSettings
from capture.errors import SourceFault
from capture.reports import Impairment
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings
from tests.fixtures.manual_scheduler import ManualScheduler

STREAMS = ("webcam", "microphone", "screen")
KEY = RecipientPrivate.generate("exam-key")


@functools.cache
def the_exam() -> ExamSettings:
    asked = {stream: {} for stream in ("camera", "microphone", "screen")}
    with tempfile.TemporaryDirectory() as folder:
        return exam_settings(Path(folder) / "tls", KEY, recording=asked)


class ModelRecorder:
    """Stands for the process at the other end of the pipe."""

    living: ModelRecorder | None = None
    pid = 1

    def __init__(self, listener: Any) -> None:
        self.listener = listener
        self.sealing = self.stopped = False
        self.take = 0
        self.running: dict[str, bool] = dict.fromkeys(STREAMS, False)
        self.amiss: dict[str, bool] = dict.fromkeys(STREAMS, False)
        ModelRecorder.living = self

    def send(self, message: object) -> bool:
        """Hear the client: a recorder that is stopped hears nothing before it goes on."""
        if isinstance(message, Begin):
            self.take = message.take
        if isinstance(message, Finish) and not self.stopped:
            self.sealing = False
            self.speak(Finished())
        return True

    def speak(self, message: object) -> None:
        if not self.stopped:
            self.listener.recorder_message(message)

    def kill(self) -> None:
        self._end()
        self.listener.recorder_exited(-9)

    def close(self, timeout_s: float) -> None:
        self._end()
        self.listener.recorder_exited(0)

    def join(self, timeout_s: float) -> bool:
        return True

    def _end(self) -> None:
        self.sealing = False
        if ModelRecorder.living is self:
            ModelRecorder.living = None


class Shown:
    """The window, as far as the news know it: what the shield last showed."""

    def __init__(self) -> None:
        self.shield = "off"

    def set_status(self, status: Any) -> None:
        self.shield = status.shield

    def show_checks(self, model: object) -> None: ...
    def show_shield(self, shield: str, sentence: str) -> None:
        self.shield = shield


class Hooks:
    def object_queued(self) -> None: ...
    def recording_finished(self, *, complete: bool) -> None: ...


class Shield(RuleBasedStateMachine):
    """The client over a recorder that starts, seals, loses devices, is stopped, killed and replaced."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        exam = the_exam()
        self.loop, self.shown = ManualScheduler(), Shown()
        self.news = Presenter(settings=exam, window=self.shown, scheduler=self.loop, hooks=Hooks())  # type: ignore[arg-type]
        self.news.show(Running(self.shown))  # type: ignore[arg-type]
        self.recording = Recording(
            settings=exam,
            sources=ChosenSources(None, None, None),
            spool=folder,
            attempts=AttemptStore(folder),
            exam_file=b"signed",
            listener=self.news,
            scheduler=self.loop,
            start=ModelRecorder,
        )
        self.exam, self.begun, self.over = exam, False, False
        self.recording.open()

    @property
    def recorder(self) -> ModelRecorder | None:
        return ModelRecorder.living

    @precondition(lambda self: not self.begun)
    @rule()
    def begin(self) -> None:
        attempt = Attempt.model_validate(
            {
                "attempt": "3b0f9b5e-8a34-4c57-9d0e-2f6c1f7a9b10",
                "institution": "test-college",
                "exam": "exam-1",
                "settings_sha256": "0" * 64,
                "settings_blake2b512": "0" * 128,
                "signature": "none",
                "candidate": "candidate-1",
                "endpoint": self.exam.delivery.endpoints[0],
            }
        )
        self.recording.begin(attempt)
        self.begun = True

    @precondition(lambda self: self.begun and self.recorder is not None and not self.recorder.stopped)
    @rule()
    def seals(self) -> None:
        assert self.recorder is not None
        if not self.recorder.sealing and not self.over:
            self.recorder.sealing = True
            self.recorder.speak(TakeStarted(take=self.recorder.take, hid="00"))

    @precondition(lambda self: self.recorder is not None and not self.recorder.stopped)
    @rule(stream=st.sampled_from(STREAMS), state=st.sampled_from(["opening", "running", "running", "lost", "absent"]))
    def source(self, stream: Any, state: Any) -> None:
        assert self.recorder is not None
        self.recorder.running[stream] = state == "running"
        if state in {"lost", "absent"} and self.recorder.amiss[stream]:
            self.quality(stream, "ended")
        fault = SourceFault.STOPPED if state in {"lost", "absent"} else None
        self.recorder.speak(SourceChanged(stream=stream, state=state, fault=fault))

    @precondition(lambda self: self.recorder is not None and not self.recorder.stopped)
    @rule(stream=st.sampled_from(STREAMS), state=st.sampled_from(["began", "ended"]))
    def quality(self, stream: Any, state: Any) -> None:
        assert self.recorder is not None
        self.recorder.amiss[stream] = state == "began"
        self.recorder.speak(QualityChanged(stream=stream, what=Impairment.PICTURE_BLACK, state=state))

    @precondition(lambda self: self.recorder is not None)
    @rule()
    def stopped(self) -> None:
        assert self.recorder is not None
        self.recorder.speak(Heartbeat(at_ns=0, cpu_s=0, sources=()))
        self.recorder.stopped = True
        self.seconds(4)

    @precondition(lambda self: self.recorder is not None and self.recorder.stopped)
    @rule()
    def goes_on(self) -> None:
        assert self.recorder is not None
        self.recorder.stopped = False
        self.recorder.speak(Heartbeat(at_ns=0, cpu_s=0, sources=()))

    @precondition(lambda self: self.recorder is not None)
    @rule()
    def dies(self) -> None:
        assert self.recorder is not None
        self.recorder.kill()

    @rule(count=st.sampled_from([1, 4, STUCK_TICKS + 1]))
    def seconds(self, count: int) -> None:
        for _ in range(count):
            if self.recorder is not None:
                self.recorder.speak(Heartbeat(at_ns=0, cpu_s=0, sources=()))
            self.loop.pass_s(1.0)

    @precondition(lambda self: self.begun and not self.over)
    @rule()
    def hand_in(self) -> None:
        self.over = True
        self.recording.finish()

    @invariant()
    def the_shield_is_true(self) -> None:
        if not hasattr(self, "recording"):
            return
        recorder = self.recorder
        recorded = recorder is not None and recorder.sealing
        if recorder is not None and recorder.stopped:
            assert self.shown.shield != "on", "green, and nobody knows"
            return
        everything = recorded and all(recorder.running.values()) and not any(recorder.amiss.values())  # type: ignore[union-attr]
        assert (self.shown.shield == "on") == everything
        assert (self.shown.shield == "off") == (not recorded)

    def teardown(self) -> None:
        if hasattr(self, "recording"):
            self.recording.abandon()
            self.folder.cleanup()


class TestShield(Shield.TestCase):  # type: ignore[misc, valid-type]
    """Run by pytest."""

    settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
