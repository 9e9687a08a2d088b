"""Turns observations into incidents: states that lasted, with the numbers they rest on.

An incident says what was measured, by which rule and when. Whether it matters is the institution's to say, at review,
by a person. Nothing is concluded from what cannot be seen: a face that cannot be read is not away, a gap in the
observations ends every state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from capture.analysis.calibration import Zero
from capture.analysis.model_versions import VOICE_VERSION, model_versions
from capture.analysis.observations import Observation, PictureObservation, PictureQuality, SoundObservation
from capture.analysis.rules.sustained import Episode, Sustained
from capture.analysis.settings import DetectionRules

RULES_VERSION = 1
"""Raised whenever the same observations and settings would give other incidents."""

Rule = Literal["face_presence", "gaze", "people_count", "face_readability", "voice"]
"""Each has the name of its setting; `face_readability` goes with `face_presence`."""

_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class Incident:
    """One lasting state, reported twice: when the rule's duration was reached (`ended` is False), and when it ended.

    `from_ns` is its first observation, `to_ns` the last one so far, `noticed_ns` when the rule's time was reached, all
    monotonic. `numbers` are the measurements and thresholds of the rule. `face_readability` is about the picture,
    not conduct. `withheld` counts incidents of the same rule left out before this one, because there were too many in
    an hour.
    """

    rule: Rule
    number: int
    from_ns: int
    to_ns: int
    noticed_ns: int
    ended: bool
    numbers: Mapping[str, float]
    withheld: int = 0
    rules_version: int = RULES_VERSION
    models: tuple[str, ...] = ()


class IncidentRules:
    """Applies one set of rules to one person's observations, in the order of their times; not for several threads."""

    def __init__(self, rules: DetectionRules, zero: Zero | None = None) -> None:
        self._rules = rules
        self._zero = zero
        self._models = (*model_versions(), VOICE_VERSION)
        self._states: dict[Rule, Sustained] = {
            "face_presence": Sustained(rules.absent_s, rules.pause_s),
            "gaze": Sustained(rules.away_s, rules.pause_s),
            "people_count": Sustained(rules.people_s, rules.pause_s),
            "face_readability": Sustained(rules.not_read_s, rules.pause_s),
            "voice": Sustained(0.0, rules.speech_window_s),
        }
        self._looks_away = False
        self._heard: list[SoundObservation] = []
        self._numbers = 0
        self._reported: dict[Rule, list[int]] = {}
        self._withheld: dict[Rule, int] = {}
        self._open: dict[Rule, int] = {}

    def set_zero(self, zero: Zero | None) -> None:
        """Take another zero from now on."""
        self._zero = zero

    def feed(self, seen: Observation) -> Iterator[Incident]:
        """Yield the incidents this observation begins or ends."""
        if isinstance(seen, SoundObservation):
            if self._rules.voice:
                yield from self._feed_sound(seen)
            return
        rules, at_ns = self._rules, seen.at_ns
        if rules.face_presence:
            yield from self._step("face_presence", at_ns, not seen.present and not seen.quality, 1.0)
            yield from self._step("face_readability", at_ns, bool(seen.quality) and seen.face is None, 1.0)
        if rules.gaze:
            look = self._look(seen)
            yield from self._step("gaze", at_ns, self._is_away(look), look or 0.0)
        if rules.people_count and seen.people is not None:
            yield from self._step("people_count", at_ns, seen.people > 1, float(seen.people))

    def finish(self) -> Iterator[Incident]:
        """Yield the ends of what was still going on when the observations ended."""
        for rule, state in self._states.items():
            for episode in state.end():
                yield from self._incident(rule, episode)

    def _feed_sound(self, heard: SoundObservation) -> Iterator[Incident]:
        window_ns = round(self._rules.speech_window_s * 1e9)
        self._heard = [one for one in self._heard if one.from_ns >= heard.to_ns - window_ns] + [heard]
        speech_s = sum(one.speech_s for one in self._heard)
        yield from self._step("voice", heard.to_ns, speech_s >= self._rules.speech_s, speech_s)

    def _look(self, seen: PictureObservation) -> float | None:
        if seen.face is None or seen.face.gaze_h_deg is None or PictureQuality.TOO_FAR in seen.quality:
            return None
        return seen.face.gaze_h_deg - (self._zero.gaze_h_deg if self._zero else 0.0)

    def _is_away(self, look_deg: float | None) -> bool:
        limit = self._limit_deg()
        if self._looks_away:
            limit *= self._rules.release_share
        self._looks_away = look_deg is not None and abs(look_deg) > limit
        return self._looks_away

    def _limit_deg(self) -> float:
        return self._rules.away_with_zero_deg if self._zero else self._rules.away_deg

    def _step(self, rule: Rule, at_ns: int, holds: bool, value: float) -> Iterator[Incident]:
        for episode in self._states[rule].step(at_ns, holds, value):
            yield from self._incident(rule, episode)

    def _incident(self, rule: Rule, episode: Episode) -> Iterator[Incident]:
        if not episode.ended:
            recent = [at for at in self._reported.get(rule, []) if at > episode.noticed_ns - _HOUR_NS]
            if len(recent) >= self._rules.most_per_hour:
                self._withheld[rule] = self._withheld.get(rule, 0) + 1
                return
            self._reported[rule] = [*recent, episode.noticed_ns]
            self._numbers += 1
            self._open[rule] = self._numbers
        number = self._open.get(rule)
        if number is None:
            return
        yield Incident(
            rule,
            number,
            episode.from_ns,
            episode.to_ns,
            episode.noticed_ns,
            episode.ended,
            {**self._thresholds(rule), "observations": episode.count, "mean": episode.mean, "extreme": episode.extreme},
            self._withheld.pop(rule, 0),
            models=self._models,
        )
        if episode.ended:
            del self._open[rule]

    def _thresholds(self, rule: Rule) -> dict[str, float]:
        rules = self._rules
        match rule:
            case "gaze":
                zero_deg = self._zero.gaze_h_deg if self._zero else 0.0
                return {"lasted_s": rules.away_s, "limit_deg": self._limit_deg(), "zero_deg": zero_deg}
            case "voice":
                return {"speech_s": rules.speech_s, "window_s": rules.speech_window_s}
            case "face_presence":
                return {"lasted_s": rules.absent_s}
            case "people_count":
                return {"lasted_s": rules.people_s}
            case "face_readability":
                return {"lasted_s": rules.not_read_s}


def replay(observations: Iterable[Observation], rules: DetectionRules, zero: Zero | None = None) -> Iterator[Incident]:
    """Yield the incidents that observations give under these rules: at review, with other thresholds, the same code."""
    engine = IncidentRules(rules, zero)
    for seen in observations:
        yield from engine.feed(seen)
    yield from engine.finish()
