"""After the exam: what the operator holds beside what the institution sees, and the verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from app.demo.programs import institution
from app.demo.steps import step
from resources.language import _, isolate, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_say = Console(highlight=False).print


def show(
    out: Path,
    institution_folder: Path,
    operator: Path,
    review: Path,
    unlock: Sequence[str],
    *,
    attended: bool,
    screens: Path,
) -> int:
    """Verify, export and show the recording; gives the exit status: 0 only where the verdict is COMPLETE."""
    sessions = operator / "sessions"
    verified = institution(institution_folder, "verify", str(sessions), "--json", allow=(0, 1))
    verdict = json.loads(verified.stdout)["verdict"]
    step(5, _("Anyone can check the recording without a key: {verdict}"), verdict=verdict)
    institution(institution_folder, "export", str(sessions), "--out", str(review), *unlock, allow=(0, 1))
    step(6, _("The institution opens it with its key: {folder}"), folder=isolate(review))
    _compare(operator, review)
    _say(
        _("Everything is in {folder}: {folders}").format(
            folder=isolate(out), folders="screens/ institution/ endpoint/ client/ review/"
        )
    )
    command = [
        *(sys.executable, "-m", "app.institution", "--dir", str(institution_folder)),
        *("review", str(sessions), *unlock),
    ]
    if not attended:
        command += ["--picture", str(screens / f"{len(list(screens.iterdir())) + 1:02d}-review.png")]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
    return 0 if verdict == "COMPLETE" else 1


def _compare(operator: Path, review: Path) -> None:
    table = Table(_("What the operator holds"), _("What the institution sees"), title=_("The same recording, twice"))
    sealed = sorted((operator / "sessions").rglob("*.isg"))
    seen = sorted(path for path in review.iterdir() if path.is_file())
    for number in range(max(min(len(sealed), 6), len(seen))):
        left = (
            f"{sealed[number].name}  {sealed[number].read_bytes()[120:136].hex(' ')} …"
            if number < min(len(sealed), 6)
            else ""
        )
        right = (
            _("{file}  {size} bytes").format(file=seen[number].name, size=f"{seen[number].stat().st_size:,}")
            if number < len(seen)
            else ""
        )
        table.add_row(left, right)
    counted = ngettext("{count} sealed segment in all", "{count} sealed segments in all", len(sealed))
    table.add_row(counted.format(count=len(sealed)), "")
    _say(table)
