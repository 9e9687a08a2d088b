"""A whole exam watched from outside: which files it opened, what it told of the machine, and what it left behind.

The machine is full of things that are nobody's business: documents, keys, a window with a telling title, a program
with a telling argument, a clipboard. All of them hold one word that must appear nowhere.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.exam_hall import events, exam_hall

pytestmark = [
    pytest.mark.slow,
    pytest.mark.window,
    pytest.mark.xdist_group("machine"),
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in ("strace", "xclip", "xev")), reason="needs strace, xclip, xev"
    ),
]

SECRET = "xyzzy-plugh"
OPENED = re.compile(r'\b(?:open|openat|openat2|creat)\((?:[A-Z_]+(?:<[^>]*>)?, |\d+(?:<[^>]*>)?, )?"([^"]*)".*\) = \d+')
LISTED = re.compile(r"\bgetdents(?:64)?\(\d+<([^>]*)>")
SYSTEM = (
    *("/usr/", "/lib/", "/lib64/", "/etc/", "/proc", "/sys/", "/dev/", "/run/", "/var/cache/fontconfig/"),
    "/var/lib/dpkg/info",  # which package a denied program came from
    "/var/lib/dbus/",  # the sound server's library asks for it
    f"{pwd.getpwuid(os.getuid()).pw_dir}/.cache/mesa_shader_cache/",  # the graphics driver's own, of every program
)
"""Programs, libraries, fonts, and what the kernel says. Nobody keeps letters there."""
EVERYTHING = {
    **dict.fromkeys(("full_screen", "system_shortcuts", "storage", "virtual_machine", "remote_session"), "warn"),
    **dict.fromkeys(("focus_return", "clipboard", "printing", "downloads", "new_windows", "developer_tools"), "warn"),
    "displays": {"policy": "warn", "at_most": 1},
}


def furnish(home: Path) -> None:
    """A person's own things."""
    for name in ("Documents/letter.txt", "Desktop/notes.md", "Pictures/cat.jpg", ".ssh/id_ed25519", ".bash_history"):
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{SECRET}\n")


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def sit(home: Path, exam_file: Path, screens: Path, trace: Path, environment: dict[str, str]) -> None:
    data = home / ".local" / "share" / "invigilo"
    traced = ["strace", "-f", "-qq", "--seccomp-bpf", "-y", "-o", str(trace)]
    traced += ["-e", "trace=open,openat,openat2,creat,getdents,getdents64"]
    command = [sys.executable, "-m", "app.demo.test_taker", str(exam_file), "--seconds", "6", "--camera", "test-person"]
    command += ["--data", str(data), "--spool", str(data / "spool"), "--screens", str(screens)]
    done = subprocess.run(
        [*traced, *command],
        env={**os.environ, **environment, "INVIGILO_ALLOW_ROOT": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def traced_paths(trace: Path, what: re.Pattern[str]) -> set[str]:
    return {found[1] for line in trace.read_text(errors="replace").splitlines() if (found := what.search(line))}


def test_no_file_of_a_person_is_opened_and_nothing_is_left(tmp_path: Path, x_display: str) -> None:
    home, runtime = tmp_path / f"home-{SECRET}", tmp_path / "runtime"
    for made in (home, runtime, tmp_path / "tmp"):
        made.mkdir(mode=0o700)
    furnish(home)
    before = files(home)
    hindering = tmp_path / f"dir-{SECRET}" / f"hinders-{secrets.token_hex(4)}"
    hindering.parent.mkdir()
    shutil.copy(shutil.which("sleep") or "/bin/sleep", hindering)
    environment = {
        "DISPLAY": x_display,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "TMPDIR": str(tmp_path / "tmp"),
        "USER": f"user-{SECRET}",
        "LOGNAME": f"user-{SECRET}",
    }
    there = {**os.environ, **environment}
    around = [
        subprocess.Popen(["xev", "-name", f"title {SECRET}"], env=there, stdout=-3, stderr=-3),
        subprocess.Popen(["bash", "-c", f"exec -a 'argument {SECRET}' {hindering} 90"]),
    ]
    subprocess.Popen(["xclip", "-selection", "clipboard"], stdin=subprocess.PIPE, env=there, text=True).communicate(
        SECRET
    )
    try:
        (tmp_path / "hall").mkdir()
        with exam_hall(tmp_path / "hall") as hall:
            hall.endpoint.start()
            denied = {"title": "A program that hinders", "executable": hindering.name}
            exam_file = hall.sign(
                lockdown={**EVERYTHING, "processes": {"policy": "warn", "deny": [denied]}},
                recording={"camera": {}, "screen": {}},
            )
            sit(home, exam_file, hall.screens, tmp_path / "trace", environment)
            told = (hall.export() / "events.jsonl").read_text()
            happened = events(hall.folder / "review")
            assert hall.endpoint.stop() == 0
    finally:
        for process in around:
            process.kill()
            process.wait(10)

    ours = (sys.prefix, sys.base_prefix, str(Path.cwd()), str(hall.folder), *(environment[n] for n in OWN_FOLDERS))
    data = str(home / ".local" / "share" / "invigilo")
    touched = traced_paths(tmp_path / "trace", OPENED)
    assert len(touched) > 500, "the trace is empty: nothing is shown"
    assert data in {str(Path(path).parent.parent) for path in touched}
    # The folders that the data lie in are flushed, so that what was made in them is there after a power cut.
    above = {str(folder) for folder in Path(data).parents if folder.is_relative_to(home)}
    of_the_home = {path for path in touched if path.startswith(str(home)) and not path.startswith(data)}
    assert of_the_home <= above
    listed = traced_paths(tmp_path / "trace", LISTED)
    assert any(path.startswith(data) for path in listed), "the trace does not show what is listed"
    assert listed & above == set(), "what else lies there is nobody's business"
    elsewhere = sorted(
        path
        for path in touched
        if path.startswith("/") and not path.startswith((*SYSTEM, *ours, data)) and path not in {str(hindering), *above}
    )
    assert elsewhere == []

    assert SECRET not in told, "an event says something of the machine"
    reported = {each["event"] for each in happened}
    assert {"phase", "guard_engaged", "violation", "handed_in"} <= reported

    after = files(home)
    left = {name for name in after if name not in before}
    assert {name: text for name, text in after.items() if name in before} == before
    assert all(name.startswith(".local/share/invigilo/") for name in left), left
    forget = [sys.executable, "-m", "app.client", "purge", "--json", "--yes"]
    done = subprocess.run(
        forget,
        env={**os.environ, **environment, "INVIGILO_ALLOW_ROOT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    assert (report["removed"], report["obstacle"], report["waiting"]) == (True, None, 0)
    assert files(home) == before
    assert not (home / ".local" / "share" / "invigilo").exists()
    assert files(tmp_path / "tmp") == {}
    assert files(runtime) == {}


OWN_FOLDERS = ("XDG_RUNTIME_DIR", "TMPDIR")
