"""Runs in the environment of mediapipe 0.10.21 (and OpenCV 4.11, the last with a Haar cascade): what they see and cost.

python detection_mediapipe.py CLIP FRAMES        prints {"cpu_ms_per_frame", "peak_rss_mb"}
python detection_mediapipe.py --presence FOLDER  prints, by detector, the pictures without a face
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import cv2
import mediapipe as mp


def cost(clip: str, count: int) -> dict[str, float]:
    """Measure face mesh with irises and full-range counting on every frame."""
    mesh = mp.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
    detection = mp.solutions.face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.5)
    capture = cv2.VideoCapture(clip)
    frames = []
    while len(frames) < 10:
        taken, frame = capture.read()
        if not taken:
            break
        frames.append(cv2.cvtColor(cv2.resize(frame, (360, 640)), cv2.COLOR_BGR2RGB))
    for frame in frames[:5]:
        mesh.process(frame)
        detection.process(frame)
    started = time.process_time()
    for number in range(count):
        frame = frames[number % len(frames)]
        mesh.process(frame)
        detection.process(frame)
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_ms_per_frame": spent * 1000 / count, "peak_rss_mb": peak}


def missed(folder: str) -> dict[str, list[str]]:
    """Return the pictures in which mediapipe's default face detection, and OpenCV's Haar cascade, find nobody."""
    haar = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    detection = mp.solutions.face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.5)
    names: dict[str, list[str]] = {"mediapipe": [], "haar": []}
    for path in sorted(Path(folder).glob("*.png")):
        picture = cv2.imread(str(path))
        if not detection.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).detections:
            names["mediapipe"].append(path.name)
        if not len(haar.detectMultiScale(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), 1.1, 5)):
            names["haar"].append(path.name)
    return names


if __name__ == "__main__":
    cv2.setNumThreads(1)
    answer = missed(sys.argv[2]) if sys.argv[1] == "--presence" else cost(sys.argv[1], int(sys.argv[2]))
    sys.stdout.write(json.dumps(answer))
