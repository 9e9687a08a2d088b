"""Which models there are, and in which version; apart from what runs them, so that a reader of incidents loads none."""

import json
from functools import cache

from resources.models import model as model_file

SHORT_RANGE = "face_detection_short_range.tflite"
FULL_RANGE = "face_detection_full_range_sparse.tflite"
LANDMARKS = "face_landmark.tflite"
IRIS = "iris_landmark.tflite"
PERSON = "selfie_segmentation.tflite"
MODELS = (SHORT_RANGE, FULL_RANGE, LANDMARKS, IRIS, PERSON)
VOICE_VERSION = "silero-vad@6.2.0"


@cache
def model_versions() -> tuple[str, ...]:
    """Return what identifies the models in an incident: `name@` and the first 12 digits of the SHA-256, per model."""
    return tuple(f"{name.removesuffix('.tflite')}@{hashes()[name][:12]}" for name in MODELS)


@cache
def hashes() -> dict[str, str]:
    """Return the SHA-256 of each file of the manifest, as hexadecimal digits."""
    manifest = json.loads(model_file("manifest.json").read_text(encoding="utf-8"))
    return {entry["file"]: entry["sha256"] for entry in manifest["files"]}
