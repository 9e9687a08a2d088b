"""The scenes and scores that every detector of `bench_detection` is measured on."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

DATA = Path(__file__).parents[2] / ".." / "shared" / "testdata"
LIGHTS = ("normal", "dim")


def faces(limit: int | None = None) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Yield group and the scene in either light: a FairFace crop at 200 pixels in a picture of 640 x 360."""
    noise = np.random.default_rng(2026)
    with (DATA / "faces/fairface_val_subset/labels.csv").open(encoding="utf-8") as rows:
        for row in list(csv.DictReader(rows))[:limit]:
            crop = cv2.imread(str(DATA / "faces/fairface_val_subset" / row["file"]))
            scene = np.full((360, 640, 3), 110, np.uint8)
            scene[80:280, 220:420] = cv2.resize(crop, (200, 200), interpolation=cv2.INTER_AREA)
            dark = ((scene / 255) ** 1.8 * 0.35 * 255 + noise.normal(0, 4, scene.shape)).clip(0, 255).astype(np.uint8)
            yield row["race"], {"normal": scene, "dim": dark}


def wilson(missed: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, in percent."""
    if not of:
        return 0.0, 100.0
    z = 1.96
    share = missed / of
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return 100 * max(0.0, middle - half) / (1 + z * z / of), 100 * min(1.0, (middle + half) / (1 + z * z / of))


def spoken(name: str) -> np.ndarray:
    """Return for each hundredth of a second of one of the labelled sounds whether somebody speaks."""
    turns = [line.split() for line in (DATA / "audio" / f"{name}.rttm").read_text(encoding="utf-8").splitlines()]
    labels = np.zeros(3000, bool)
    for turn in turns:
        start, length = float(turn[3]), float(turn[4])
        labels[round(start * 100) : round((start + length) * 100)] = True
    return labels


def f1(probabilities: list[float], labels: np.ndarray) -> float:
    """Return the F1 score of chunks of 32 ms, threshold a half, by hundredths of a second."""
    said = np.repeat(np.array(probabilities) >= 0.5, 512)[::160]
    count = min(len(said), len(labels))
    said, truth = said[:count], labels[:count]
    return 2 * int((said & truth).sum()) / max(int(said.sum() + truth.sum()), 1)


def noise(kind: str, samples: int) -> np.ndarray:
    """Return synthetic fan or keyboard noise, root mean square 1. No recording of either is at hand."""
    rng = np.random.default_rng(7)
    if kind == "fan":
        spectrum = np.fft.rfft(rng.normal(0, 1, samples))
        pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), samples)
        at = np.arange(samples) / 16000
        sound = pink / pink.std() + 0.3 * np.sin(2 * np.pi * 120 * at) + 0.15 * np.sin(2 * np.pi * 240 * at)
    else:
        sound = rng.normal(0, 0.002, samples)
        at = 0
        while at < samples - 4000:
            for offset in (0, int(rng.uniform(800, 1600))):
                length = int(rng.uniform(160, 480))
                click = rng.normal(0, rng.uniform(0.1, 0.5), length) * np.exp(-np.arange(length) / (length / 5))
                sound[at + offset : at + offset + length] += click
            at += int(rng.exponential(0.16) * 16000) + 600
    return sound / sound.std()


def mixed(speech: np.ndarray, kind: str, decibels: float | None) -> np.ndarray:
    """Return `speech` (-1..1) with noise of `kind` that many decibels below it; clean for None."""
    if decibels is None:
        return speech
    level = float(np.sqrt(np.mean(speech**2))) / 10 ** (decibels / 20)
    return (speech + noise(kind, len(speech)) * level).clip(-1, 1)
