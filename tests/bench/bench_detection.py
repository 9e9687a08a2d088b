"""How well local detection sees and hears, for whom, and what it costs, beside what others use.

Presence: FairFace crops (712, seven groups) in desk scenes, normal and dim light, each group with its 95 % interval,
beside OpenCV's Haar cascade and mediapipe 0.10.21's default face detection. People:
40 labelled stills. Gaze: labelled stills and clips. Voice: two labelled meetings, clean and in noise, beside Silero's
own onnx model. False incidents: clips and made noise in which nothing happens. Cost: pictures at 5 a second with
everything on, and sound, beside mediapipe's own solutions.

Peers live in environments of their own below build/detection-peers (`detection_peers.sh`); without them their columns
stay empty. Without ../shared/testdata there is nothing to measure. Beside the table, results/detection.html has plots.

    make bench ARGS=detection
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice, zip_longest
from pathlib import Path

import cv2
import numpy as np
from harness import RESULTS, Figure, figure, machine

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

from detection_blocks import Program, ratio_of  # noqa: E402 - needs the path above
from detection_page import page  # noqa: E402
from detection_presence import HAAR, MEDIAPIPE, OURS, Presence, presence  # noqa: E402
from detection_scenes import DATA, LIGHTS, f1, mixed, noise, spoken  # noqa: E402

from capture.analysis.calibration import ZeroLearner  # noqa: E402
from capture.analysis.faces.reader import PictureReader  # noqa: E402
from capture.analysis.media import sound_pieces, video_frames  # noqa: E402
from capture.analysis.observations import Observation, PictureObservation  # noqa: E402
from capture.analysis.rules.incidents import Incident, replay  # noqa: E402
from capture.analysis.settings import DetectionRules  # noqa: E402
from capture.analysis.voices.sound_analyser import SoundAnalyser  # noqa: E402
from capture.analysis.voices.voice_activity import VoiceDetector  # noqa: E402
from capture.frames import SoundBlock  # noqa: E402

PEERS = ROOT / "build" / "detection-peers"
COMMAND = "make bench ARGS=detection"
NOISES = [(None, None), *((kind, db) for kind in ("fan", "keys") for db in (10.0, 5.0, 0.0))]
COST_BLOCKS, COST_BLOCK = 60, 20
NOISE_S = 600


def run() -> list[Figure]:
    """Measure everything once; a few minutes."""
    if not DATA.exists():
        return []
    cv2.setNumThreads(1)
    script = [str(HERE / "detection_peers.sh"), str(PEERS)]
    subprocess.run(script, check=False, timeout=900)
    found = presence(_peer("mediapipe"))
    figures = [*_presence(found), *_people(), *_gaze(), *_voice(), *_false_incidents(), *_cost()]
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "detection.html").write_text(page(found, figures, machine()), encoding="utf-8")
    return figures


def _one(
    name: str, value: float, unit: str, goal: str = "", peer: str | None = None, beside: float | None = None
) -> Figure:
    series = [] if beside is None else [beside]
    return figure(name, [value], unit, peer=peer if series else None, peer_values=series, goal=goal, command=COMMAND)


def _presence(found: Presence) -> list[Figure]:
    figures = []
    for light in LIGHTS:
        ours = found.of(OURS, light)
        for row, known, haar in zip_longest(ours, found.of(MEDIAPIPE, light), found.of(HAAR, light)):
            low, high = row.interval
            what = "presence missed, all" if row.group == "all" else f"  {row.group}"
            name, goal = f"{what}, {light} light, {row.of} faces ({low:.2f}-{high:.2f})", row.group == "all"
            goal_is = "at most 0.3 %" if goal else "at most 0.5 %"
            figures.append(_one(name, row.percent, "%", goal_is, MEDIAPIPE, known and known.percent))
            if goal:
                figures.append(_one("  the same", row.percent, "%", "", HAAR, haar and haar.percent))
        shares = [row.percent for row in ours[1:]]
        spread = max(shares) - min(shares)
        figures.append(_one(f"  worst less best group, {light} light", spread, "points", "at most 0.4"))
    scenes = sum(row.of for row in found.rows if (row.detector, row.group) == (OURS, "all"))
    figures.append(_one(f"one face counted twice, of {scenes} scenes", found.twice, "scenes", "0"))
    return figures


def _people() -> list[Figure]:
    reader = PictureReader()
    labels = json.loads((DATA / "faces/count_labels.json").read_text(encoding="utf-8"))
    started = time.process_time()
    counts = {file: reader.read_still(cv2.imread(str(DATA / "faces" / file))).people or 0 for file in labels}
    spent = time.process_time() - started
    of = Counter(labels.values())
    several = {people: sum(counts[f] > 1 for f, labelled in labels.items() if labelled == people) for people in of}
    ghosts = sum(counts[f] > 0 for f, labelled in labels.items() if labelled == 0)
    figures = [
        _one(f"pictures of one person called several, of {of[1]}", several[1], "", "0"),
        _one(f"pictures of several called so, of {of[2]}", several[2], "", "at least 9"),
        _one(f"pictures of nobody with somebody found, of {of[0]}", ghosts, "", "at most 1"),
        _one("pictures read in a CPU-second", len(labels) / spent, "1/s", "at least 10 a core"),
    ]
    for name, people in (("", 1), ("-and-male", 2)):
        seen = _seen(f"intel_head-pose-face-detection-female{name}.gif", 1)
        share = 100 * sum(one.people == people for one in seen) / len(seen)
        figures.append(_one(f"frames with the right count, head-turn clip of {people}", share, "%", "100 %"))
    return figures


def _gaze() -> list[Figure]:
    reader = PictureReader()
    labels = json.loads((DATA / "faces/gaze_still_labels.json").read_text(encoding="utf-8"))
    looks = {
        kind: [reader.read_still(cv2.imread(str(DATA / "faces" / file))).face for file in labels[kind]]
        for kind in ("away", "camera")
    }
    figures = []
    for limit in (30, 20):
        for kind, read in looks.items():
            count = sum(abs(face.gaze_h_deg or 0) > limit for face in read if face)
            name = f"stills labelled {kind} read away at {limit} deg, of {len(read)}"
            figures.append(_one(name, count, "", "0" if (kind, limit) == ("camera", 30) else ""))
    yaws = [one.face.yaw_deg or 0 for one in _seen("intel_head-pose-face-detection-female.gif", 1) if one.face]
    error = float(np.mean([abs(yaws[0] - 45), abs(yaws[9] + 3), abs(yaws[12] + 33), abs(yaws[-1] - 23)]))
    figures.append(
        _one("mean yaw error at the four labelled frames of the head-turn clip", error, "deg", "at most 5 deg")
    )
    began = [i for i in _incidents(list(_seen("pai_center_left_center.mp4", 5))) if i.rule == "gaze" and not i.ended]
    late = began[0].noticed_ns / 1e9 - 144 / 24 - DetectionRules().away_s if began else 99.0
    figures.append(_one("look away by the eyes noticed after the rule's time", late, "s", "at most 1 s"))
    return figures


def _voice() -> list[Figure]:
    names = ("pyannote_dev00", "pyannote_tst00")
    sounds = {
        n: np.frombuffer(b"".join(sound_pieces(DATA / "audio" / f"{n}.wav")), "<i2").astype(np.float64) / 32768
        for n in names
    }
    ours: dict[str, list[float]] = {}
    theirs: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, speech in sounds.items():
            for kind, db in NOISES:
                sound = mixed(speech, kind or "", db)
                key = f"{folder}/{name}-{kind}-{db}"
                sound.astype(np.float32).tofile(key)
                ours[key] = VoiceDetector().analyse((sound * 32767).round().astype("<i2").tobytes())
        if (python := _peer("silero")) is not None:
            command = [python, HERE / "detection_silero.py", *ours]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=600)
            theirs = json.loads(done.stdout)
        figures = []
        truth = np.concatenate([np.pad(spoken(name), (0, 0))[:2997] for name in names])
        for kind, db in NOISES:
            keys = [f"{folder}/{name}-{kind}-{db}" for name in names]
            what = "clean" if kind is None else f"{db:g} dB of {kind}"
            value = f1(_joined(ours, keys), truth)
            beside = f1(_joined(theirs, keys), truth) if theirs else None
            figures.append(_one(f"speech, {what}", value, "F1", "within 0.005", "Silero's own onnx", beside))
    return figures


def _joined(answers: dict[str, list[float]], keys: list[str]) -> list[float]:
    """Join two sounds of 29.97 s, so that chunk and label stay together: 936 chunks, 2995 hundredths."""
    return [p for key in keys for p in answers[key][:936]]


def _seen(name: str, every: int) -> list[PictureObservation]:
    reader = PictureReader()
    frames = (frame for n, frame in enumerate(video_frames(DATA / "video" / name)) if n % every == 0)
    read = (reader.read(frame.pixels, round(frame.time_s * 1e9)) for frame in frames)
    return [one for one in read if one is not None]


def _incidents(observations: list[PictureObservation]) -> list[Incident]:
    learner = ZeroLearner(5.0)
    for one in observations:
        learner.take(one)
    return list(replay(observations, DetectionRules(), learner.zero))


def _false_incidents() -> list[Figure]:
    calm = _seen("pai_center_focus.mp4", 5)
    length_ns = calm[-1].at_ns + 200_000_000
    looped = [
        PictureObservation(one.at_ns + n * length_ns, one.present, one.people, one.face, one.quality)
        for n in range(round(7200e9 / length_ns))
        for one in calm
    ]
    found = sum(not one.ended for one in _incidents(looped))
    figures = [_one("incidents an hour, two hours of a calm clip looped", found / 2, "1/h", "at most 1")]
    for kind in ("keys", "fan"):
        ear, sound = SoundAnalyser(), noise(kind, NOISE_S * 16000) * 10 ** (-30 / 20)
        heard: list[Observation] = []
        for at in range(0, len(sound), 16000):
            block = (sound[at : at + 16000].clip(-1, 1) * 32767).astype("<i2").tobytes()
            heard += ear.analyse(SoundBlock(block, at * 62_500))
        found = sum(not one.ended for one in replay(heard, DetectionRules()))
        figures.append(_one(f"incidents in ten minutes of {kind}", found, "", "0"))
    return figures


def _cost() -> list[Figure]:
    """Measure in processes of their own, ours and mediapipe's in turn, block by block."""
    ours: dict[str, list[float]] = {"counted": [], "tracked": []}
    theirs: dict[str, list[float]] = {"mesh": [], "count": []}
    with tempfile.TemporaryDirectory() as folder:
        frames, sound = Path(folder) / "frames.npy", Path(folder) / "sound"
        # Five a second, from before the eyes move away until after it: what resting eyes save is no more than real.
        clip = islice(video_frames(DATA / "video" / "pai_center_left_center.mp4"), 100, 200, 5)
        np.save(frames, np.stack([cv2.resize(frame.pixels, (360, 640)) for frame in clip]))
        sound.write_bytes(b"".join(sound_pieces(DATA / "audio" / "pyannote_dev00.wav")))
        measured = [(Program(Path(sys.executable), HERE / "detection_cost.py", frames, sound), ours)]
        if (python := _peer("mediapipe")) is not None:
            measured.append((Program(python, HERE / "detection_mediapipe.py", frames), theirs))
        for _ in range(COST_BLOCKS):
            for program, spent in measured:
                for kind, values in spent.items():
                    values.append(program.block(kind, COST_BLOCK))
            measured.reverse()  # whoever is first finds the caches of the other
        ended = {id(spent): program.end() for program, spent in measured}

    def beside(name: str, unit: str, goal: str, values: list[float], peers: list[float]) -> Figure:
        known = "mediapipe 0.10.21 FaceMesh and full-range"
        found = figure(name, values, unit, peer=known if peers else None, peer_values=peers, goal=goal, command=COMMAND)
        if len(peers) > 1:
            found["ratio"], low, high = ratio_of(values, peers)
            found["name"] += f" (ratio {low:.3f}-{high:.3f})"
        return found

    def joined(one: list[float], each: float, other: list[float], every: float) -> list[float]:
        return [each * a + every * b for a, b in zip(one, other, strict=True)]

    mine, peer = ended[id(ours)], ended.get(id(theirs), {})
    share = joined(ours["counted"], 0.15, ours["tracked"], 0.35)
    every = joined(theirs["mesh"], 1, theirs["count"], 1)
    same_rates = joined(theirs["mesh"], 0.5, theirs["count"], 0.15)
    together = [value + mine["voice_share"] for value in share]
    return [
        beside("a picture with everything, 360 x 640", "CPU-ms", "ratio at most 1", ours["counted"], every),
        beside("  without the count of people", "CPU-ms", "", ours["tracked"], theirs["mesh"]),
        beside("5 pictures a second, 1.5 counts, both alike", "% of a core", "ratio at most 1", share, same_rates),
        beside("5 pictures a second, mediapipe counts in each", "% of a core", "ratio at most 1",
               share, [value / 2 for value in every]),
        beside("voice", "% of a core", "", [mine["voice_share"]], []),
        beside("pictures and voice together", "% of a core", "at most 8 %, aimed at 5 %", together, []),
        beside("peak memory of the process", "MB", "at most 200 MB", [mine["peak_rss_mb"]], [*peer.values()]),
    ]  # fmt: skip


def _peer(name: str) -> Path | None:
    """Return the interpreter of a peer's environment, or `None` where it could not be made."""
    return PEERS / name / "bin" / "python" if (PEERS / name / "ready").exists() else None
