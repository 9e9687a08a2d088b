"""The order of what the kernel is asked for, as strace sees it: flush of the file, its name, flush of the folder."""

import re
import shutil
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace watches Linux programs"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

SCRIPT = """
import sys
from pathlib import Path
from app.durable_files import writing

root = Path(sys.argv[1])
writing.write_file(root / "write_new" / "file", b"x")
writing.write_file(root / "write_over" / "there", b"x")
assert writing.create_file(root / "create_new" / "file", b"x")
assert not writing.create_file(root / "create_over" / "there", b"x")
assert writing.create_file(root / "create_apart" / "file", b"x", parts=root / "create_apart" / "incoming")
writing.append_to_file(root / "append_new" / "file", b"x")
writing.append_to_file(root / "append_more" / "there", b"x")
writing.truncate_file(root / "truncate" / "there", 1)
writing.flush_file(root / "flush" / "there")
writing.allocate_file(root / "allocate" / "file", 4096)
writing.make_folder(root / "folders" / "outer" / "inner")
writing.remove_file(root / "remove" / "there")
writing.remove_folder(root / "remove_folder" / "incoming")
"""
ORDER = {
    "write_new": ["write part", "flush part", "rename", "flush folder"],
    "write_over": ["write part", "flush part", "rename", "flush folder"],
    "create_new": ["write part", "flush part", "link", "unlink", "flush folder"],
    "create_over": ["write part", "flush part", "link fails", "unlink", "flush folder"],
    "create_apart": ["write part", "flush part", "link", "unlink", "flush folder"],
    "append_new": ["flush folder", "write file", "flush file"],
    "append_more": ["write file", "flush file"],
    "truncate": ["cut", "flush file"],
    "flush": ["flush file", "flush folder"],
    "allocate": ["allocate", "flush file"],
    "folders": ["mkdir", "flush folder", "mkdir", "flush folder"],
    "remove": ["unlink", "flush folder"],
    "remove_folder": ["rmdir", "flush folder"],
}
CALLS = (
    "write,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,"
    "link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The steps of each folder's function, in the order of the kernel."""
    root = tmp_path_factory.mktemp("traced")
    for name in ORDER:
        (root / name / "incoming").mkdir(parents=True)
        (root / name / "there").write_bytes(b"there")
    trace = root / "trace"
    command = ["strace", "-f", "-y", "-qq", "-e", f"trace={CALLS}", "-o", str(trace), sys.executable, "-c", SCRIPT]
    done = subprocess.run([*command, str(root)], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        if "PTRACE" in done.stderr:
            pytest.skip(f"tracing is not allowed here: {done.stderr[-200:]}")
        pytest.fail(done.stderr)
    steps: dict[str, list[str]] = {name: [] for name in ORDER}
    for line in trace.read_text(encoding="utf-8").splitlines():
        if found := re.search(rf"{re.escape(str(root))}/(\w+)", line):
            steps[found[1]].append(step_of(line))
    return steps


def step_of(line: str) -> str:
    call = re.search(r"(\w+)\(", line)
    assert call is not None, line
    name = call[1].removesuffix("at2").removesuffix("at")
    if name == "unlink" and "AT_REMOVEDIR" in line:
        name = "rmdir"
    what = "part" if ".part>" in line else "file" if re.search(r"/(file|there)>", line) else "folder"
    failed = "" if re.search(r"= \d+(<.*>)?$", line.rstrip()) else " fails"
    named = {"fsync": f"flush {what}", "write": f"write {what}", "ftruncate": "cut", "fallocate": "allocate"}
    return named.get(name, name) + failed


@pytest.mark.parametrize("name", ORDER)
def test_the_kernel_is_asked_in_this_order(traced: dict[str, list[str]], name: str) -> None:
    assert traced[name] == ORDER[name]
