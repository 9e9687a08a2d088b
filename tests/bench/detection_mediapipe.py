"""Runs in the environment of mediapipe 0.10.21 (and OpenCV 4.11, the last with a Haar cascade): what they see and cost.

python detection_mediapipe.py FRAMES             answers for blocks of `mesh` and of `count` (`detection_blocks`), then
                                                 prints {"peak_rss_mb"}; FRAMES is an array
python detection_mediapipe.py --presence FOLDER  prints, by detector, the pictures without a face
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from detection_blocks import peak_rss_mb, serve


def cost(pictures: str) -> dict[str, float]:
    """Measure face mesh with irises, and full-range counting; see `detection_blocks`.

    Pictures come blue first, as the recorder has them, and mediapipe wants red first: the mesh's time has the turning
    in it, as ours has, and the count takes the turned picture. Both get it read-only, which saves mediapipe a copy.
    """
    mesh = mp.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=True)
    detection = mp.solutions.face_detection.FaceDetection(model_selection=1, min_detection_confidence=0.5)
    both = [np.stack([frame, _red_first(frame)]) for frame in np.load(pictures)]
    for pair in both:
        pair.flags.writeable = False
    serve(
        {
            "mesh": lambda pair: mesh.process(_red_first(pair[0])),
            "count": lambda pair: detection.process(pair[1]),
        },
        both,
    )
    return {"peak_rss_mb": peak_rss_mb()}


def _red_first(picture: np.ndarray) -> np.ndarray:
    turned = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    turned.flags.writeable = False
    return turned


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
    answer = missed(sys.argv[2]) if sys.argv[1] == "--presence" else cost(sys.argv[1])
    sys.stdout.write(json.dumps(answer) + "\n")
