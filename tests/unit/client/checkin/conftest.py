"""A check-in on a clock that the test moves, with all that is around it."""

import heapq
import itertools

import pytest

from app.client.checkin.sequence import CheckIn
from crypto.keys import RecipientPrivate
from tests.fixtures.client import exam_settings


class Clock:
    """Time that passes when a test says so."""

    def __init__(self):
        self.now_s = 0.0
        self._calls = []
        self._order = itertools.count()

    def after(self, delay_s, call):
        heapq.heappush(self._calls, (self.now_s + delay_s, next(self._order), call))

    def pass_s(self, seconds):
        until = self.now_s + seconds
        while self._calls and self._calls[0][0] <= until + 1e-9:
            self.now_s, _, call = heapq.heappop(self._calls)
            call()
        self.now_s = until


class Hall:
    """A check-in with everything around it that is not it: page, recorder and the two calls."""

    def __init__(self, settings, picture=True):
        self.clock = Clock()
        self.models, self.notes, self.said = [], [], []
        self.recorded = self.finished = 0
        self.check_in = CheckIn(
            settings,
            page=self,
            recorder=self,
            clock=self.clock,
            record=self._record,
            finished=self._finish,
            picture=picture,
        )

    def _record(self):
        self.recorded += 1

    def _finish(self):
        self.finished += 1

    def show_check_in(self, model):
        self.models.append(model)

    def note(self, event):
        self.notes.append(event)

    def calibrate(self, target):
        self.said.append(("calibrate", target))

    def take_still(self, purpose):
        self.said.append(("take", purpose))

    def store_still(self, purpose):
        self.said.append(("keep", purpose))

    @property
    def shown(self):
        return self.models[-1]

    def act(self, *actions):
        for action in actions:
            self.check_in.act(action)


@pytest.fixture
def hall(tmp_path):
    def made(checks=(), detection=(), picture=True, **changes):
        changes |= {"checks": dict.fromkeys(checks, True), "detection": dict.fromkeys(detection, True)}
        settings = exam_settings(tmp_path, RecipientPrivate.generate("exam-key"), **changes)
        made_hall = Hall(settings, picture)
        made_hall.check_in.start()
        return made_hall

    return made
