"""Counts the faces that are missed, by group and light, of this program and of two that others use."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
from detection_scenes import LIGHTS, faces, wilson

from capture.analysis.faces.presence import PresenceDetector

HERE = Path(__file__).parent
OURS, MEDIAPIPE, HAAR = "Invigilo", "mediapipe 0.10.21 short-range", "OpenCV Haar"
_PEERS = {"mediapipe": MEDIAPIPE, "haar": HAAR}


@dataclass(frozen=True)
class Missed:
    """How many of `of` faces of one group one detector missed in one light."""

    detector: str
    group: str
    light: str
    missed: int
    of: int

    @property
    def percent(self) -> float:
        """The share."""
        return 100 * self.missed / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson), in percent."""
        return wilson(self.missed, self.of)


@dataclass(frozen=True)
class Presence:
    """`rows` has every detector, light and group, and the group `all`; `twice` counts our scenes with two people."""

    rows: tuple[Missed, ...]
    twice: int

    def of(self, detector: str, light: str) -> list[Missed]:
        """Return one detector's rows in one light, `all` first."""
        found = [row for row in self.rows if (row.detector, row.light) == (detector, light)]
        return sorted(found, key=lambda row: (row.group != "all", row.group))


def presence(python: Path | None) -> Presence:
    """Measure on every face; `python` is the interpreter of mediapipe's environment, if it is there."""
    detector = PresenceDetector()
    groups: list[str] = []
    missed: Counter[tuple[str, str, str]] = Counter()
    twice = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (group, scenes) in enumerate(faces()):
            groups.append(group)
            for light, scene in scenes.items():
                found = detector.look(scene)
                missed[OURS, light, group] += found.face is None
                twice += found.people > 1
                if python is not None:
                    cv2.imwrite(f"{folder}/{light}-{number}.png", scene)
        for peer, light, number in _peers(python, folder):
            missed[peer, light, groups[number]] += 1
    detectors = [OURS] if python is None else [OURS, *_PEERS.values()]
    return Presence(tuple(_rows(detectors, missed, Counter(groups))), twice)


def _peers(python: Path | None, folder: str) -> Iterator[tuple[str, str, int]]:
    if python is None:
        return
    done = subprocess.run(
        [python, HERE / "detection_mediapipe.py", "--presence", folder],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, timeout=600,
    )  # fmt: skip
    for peer, names in json.loads(done.stdout).items():
        for name in names:
            light, _, number = Path(name).stem.partition("-")
            yield _PEERS[peer], light, int(number)


def _rows(detectors: list[str], missed: Counter[tuple[str, str, str]], of: Counter[str]) -> Iterator[Missed]:
    for detector in detectors:
        for light in LIGHTS:
            counts = {group: missed[detector, light, group] for group in of}
            yield Missed(detector, "all", light, sum(counts.values()), of.total())
            yield from (Missed(detector, group, light, counts[group], of[group]) for group in of)
