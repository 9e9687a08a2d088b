"""Network, endpoint, disk and devices fail during an exam: it goes on, nothing is lost, and the bar says so."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.client.delivery.problems import DeliveryProblem, ProblemCode
from app.client.state.attempts import Attempt
from app.institution.finding_codes import AttemptVerdict
from app.policy.delivery import Endpoint
from tests.fixtures.attempt import ATTEMPT, exported_events
from tests.fixtures.disk import SmallDisk
from tests.fixtures.exam_hall import ExamHall, events, exam_hall
from tests.fixtures.mjpeg import MjpegCamera
from tests.fixtures.sound import PrivatePulse
from tests.fixtures.windowless import WindowlessExam
from tests.unit.delivery.kit import SETTINGS, Authority, EndpointProcess, Institution

pytestmark = pytest.mark.faults


@pytest.fixture
def exam(tmp_path: Path) -> Iterator[WindowlessExam]:
    exam = WindowlessExam(tmp_path)
    yield exam
    exam.close()


class Servers:
    """Endpoints of one institution, each below a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.institution = Institution()
        self.authority = Authority(folder / "authority")
        self._folder = folder
        self._running: list[EndpointProcess] = []

    def start(self, name: str, region: str = "local-test", folder: Path | None = None) -> EndpointProcess:
        process = EndpointProcess(folder or self._folder / name, self.authority, self.institution, region).start()
        self._running.append(process)
        return process

    def attempt(self, exam: WindowlessExam, endpoint: EndpointProcess, **changes: str) -> Attempt:
        """An attempt at an exam this institution has signed, delivered to `endpoint` as `changes` describe it."""
        address = endpoint.address
        said = {name: getattr(address, name) for name in ("region", "url", "ca_pem", "receipt_key", "endpoint_id")}
        return exam.attempt(
            Endpoint.model_validate({**said, **changes}),
            institution="example-u",
            exam="algebra-1",
            settings_sha256=hashlib.sha256(SETTINGS).hexdigest(),
            settings_blake2b512=hashlib.blake2b(SETTINGS).hexdigest(),
            signature=self.institution.signature(),
        )

    def close(self) -> None:
        for process in self._running:
            process.kill()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    servers = Servers(tmp_path / "servers")
    yield servers
    servers.close()


def sessions_at(endpoint: EndpointProcess) -> list[str]:
    folder = endpoint.data / "sessions"
    return [each.name for each in folder.iterdir()] if folder.exists() else []


def test_something_else_answers_in_the_endpoints_place(exam: WindowlessExam, servers: Servers, tmp_path: Path) -> None:
    endpoint = servers.start("endpoint")
    rightful = servers.attempt(exam, endpoint)
    exam.begin(servers.attempt(exam, endpoint, ca_pem=Authority(tmp_path / "other", "another").pem))
    exam.deliver(servers.attempt(exam, endpoint, ca_pem=Authority(tmp_path / "other", "another").pem))
    exam.await_(lambda: exam.news.board.connection_problem is not None)
    assert "certificate is not of the institution" in str(exam.news.board.connection_problem)
    exam.await_(lambda: exam.sealed >= 4)
    assert (exam.status.shield, exam.status.connection) == ("on", "offline")
    assert exam.tokens == []
    exam.finish()
    assert exam.waiting() > 8
    assert sessions_at(endpoint) == []

    exam.deliver(rightful)
    exam.await_(lambda: exam.waiting() == 0)
    assert exam.status.connection == "connected"
    assert sessions_at(endpoint) == [f"{ATTEMPT}.0"]
    exam.stop_delivery()
    assert endpoint.stop() == 0
    assert endpoint.differences() == []


def test_an_endpoint_of_another_region_gets_nothing(exam: WindowlessExam, servers: Servers) -> None:
    endpoint = servers.start("endpoint", region="elsewhere")
    exam.begin(servers.attempt(exam, endpoint, region="here"))
    exam.deliver(servers.attempt(exam, endpoint, region="here"))
    exam.await_(lambda: exam.news.board.connection_problem is not None)
    assert "another region" in str(exam.news.board.connection_problem)
    assert exam.tokens == []
    exam.finish()
    assert sessions_at(endpoint) == []

    # Settings that name the region it is in, and all is well.
    exam.deliver(servers.attempt(exam, endpoint))
    exam.await_(lambda: exam.waiting() == 0)
    assert sessions_at(endpoint) == [f"{ATTEMPT}.0"]


def test_the_disk_is_full_here(tmp_path: Path, small_disk: SmallDisk) -> None:
    exam = WindowlessExam(tmp_path, spool=small_disk.folder / "spool")
    try:
        exam.begin()
        exam.await_(lambda: exam.sealed >= 3)
        small_disk.fill(leave_bytes=16 * 1024)
        exam.await_(lambda: bool(exam.troubles))
        assert "disk is full" in exam.status.notice
        assert exam.status.shield == "on"
        held = {file: file.read_bytes() for file in exam.take().rglob("*.is*")}
        before = exam.sealed
        exam.loop.run_for(4)
        small_disk.free()
        exam.await_(lambda: exam.sealed >= before + 4)
        assert exam.status.notice == ""
        exam.finish()
        assert {file: file.read_bytes() for file in held} == held
        assert exam.outbox.damaged() == ()
        assert exam.waiting() == len(list(exam.take().rglob("*.is*")))
        exported = exam.export(tmp_path / "review")
    finally:
        exam.close()
    assert exported.verdict is AttemptVerdict.COMPLETE
    assert exam.began == 1
    gaps = [event for event in exported_events(tmp_path / "review") if event["event"] == "gap"]
    if exported.streams[0].gaps:
        # What could not be kept meanwhile is named, with its edges.
        assert gaps
        for begin_s, end_s in exported.streams[0].gaps:
            assert any(gap["from_us"] / 1e6 < end_s and gap["to_us"] / 1e6 > begin_s for gap in gaps)


def test_the_disk_is_full_at_the_endpoint(exam: WindowlessExam, servers: Servers, small_disk: SmallDisk) -> None:
    endpoint = servers.start("endpoint", folder=small_disk.folder / "server")
    attempt = servers.attempt(exam, endpoint)
    exam.begin(attempt)
    exam.deliver(attempt)
    exam.await_(lambda: exam.outbox.counts().delivered_objects > 4)
    small_disk.fill(leave_bytes=60 << 20)
    exam.await_(lambda: exam.news.board.delivery is not None and exam.news.board.delivery.problem is not None)
    problem = exam.news.board.delivery.problem  # type: ignore[union-attr]
    assert problem == DeliveryProblem(ProblemCode.ENDPOINT_DISK_FULL)
    assert exam.status.shield == "on"
    assert exam.status.connection == "offline"
    exam.await_(lambda: exam.waiting() > 4)
    small_disk.free()
    exam.finish()
    assert exam.delivery is not None
    exam.delivery.retry_now()
    exam.await_(lambda: exam.waiting() == 0)
    exam.stop_delivery()
    assert endpoint.stop() == 0
    assert endpoint.differences() == []


def sit_through(hall: ExamHall, exam_process: subprocess.Popen[bytes], during: Callable[[], None]) -> None:
    """Call `during` once the exam is recorded, then wait for its end in order."""
    until = time.monotonic() + 60
    while not list(hall.spool.glob("*.0/header.isf")) and not list(hall.sessions.glob("*.0/header.isf")):
        assert exam_process.poll() is None, hall.client_log.read_text()[-2000:]
        assert time.monotonic() < until, hall.client_log.read_text()[-2000:]
        time.sleep(0.1)
    during()
    assert exam_process.wait(90) == 0, hall.client_log.read_text()[-2000:]


@pytest.mark.slow
@pytest.mark.window
@pytest.mark.sound
def test_no_endpoint_at_first_and_devices_that_vanish(
    tmp_path: Path, x_display: str, mortal_pulse: PrivatePulse
) -> None:
    camera = MjpegCamera()
    camera.start()
    with exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam_file = hall.sign()
        hall.endpoint.kill()

        def during() -> None:
            time.sleep(5)
            camera.stop()
            mortal_pulse.kill()
            time.sleep(1)
            hall.endpoint.start()

        exam_process = hall.sit(
            exam_file, {"DISPLAY": x_display, **mortal_pulse.env}, seconds=14, camera=camera.url, microphone="default"
        )
        try:
            sit_through(hall, exam_process, during)
        finally:
            camera.stop()
        uploaded = hall.upload()
        assert uploaded.pop("sentence")
        assert uploaded == {"status": 0, "delivered": 0, "waiting": 0, "problem": None}
        assert hall.verify()["verdict"] == "COMPLETE"
        happened = events(hall.export())
        assert hall.endpoint.stop() == 0
        assert hall.endpoint.differences() == []
    lost = {event["stream"] for event in happened if event["event"] == "source_changed" and event["state"] == "lost"}
    assert {"webcam", "microphone"} <= lost
    gaps = [event for event in happened if event["event"] == "gap"]
    unplugged = {gap["stream"] for gap in gaps if 3e6 < gap["from_us"] < 12e6 and gap["to_us"] > 12e6}
    assert {"webcam", "microphone"} <= unplugged, gaps
    assert "handed_in" in [event["event"] for event in happened]


@pytest.mark.slow
@pytest.mark.window
def test_no_camera_and_no_microphone_at_all(tmp_path: Path, x_display: str) -> None:
    silent = {"PULSE_SERVER": "unix:/nonexistent", "DISPLAY": x_display}
    with exam_hall(tmp_path) as hall:
        hall.endpoint.start()
        exam_process = hall.sit(hall.sign(), silent, seconds=7)
        sit_through(hall, exam_process, lambda: None)
        assert hall.verify()["verdict"] == "COMPLETE"
        review = hall.export()
        happened = events(review)
    for stream in ("webcam", "microphone"):
        states = [
            event["state"] for event in happened if event["event"] == "source_changed" and event["stream"] == stream
        ]
        assert states[0] == "absent"
        assert set(states) == {"absent", "stopped"}, "looked for all the time, and never there"
    assert (review / "screen.mkv").stat().st_size > 10_000
    assert "handed_in" in [event["event"] for event in happened]
