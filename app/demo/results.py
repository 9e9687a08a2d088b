"""After the exam: what the operator holds beside what the institution sees, and the verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from app.demo.programs import institution

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
    _say(f"[bold]5[/] Anyone can check the recording without a key: [bold]{verdict}[/]")
    institution(institution_folder, "export", str(sessions), "--out", str(review), *unlock, allow=(0, 1))
    _say(f"[bold]6[/] The institution opens it with its key: {review}")
    _compare(operator, review)
    _say(f"Everything is in {out}: screens/ institution/ endpoint/ client/ review/")
    command = [
        *(sys.executable, "-m", "app.institution", "--dir", str(institution_folder)),
        *("review", str(sessions), *unlock),
    ]
    if not attended:
        command += ["--picture", str(screens / f"{len(list(screens.iterdir())) + 1:02d}-review.png")]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
    return 0 if verdict == "COMPLETE" else 1


def _compare(operator: Path, review: Path) -> None:
    table = Table("What the operator holds", "What the institution sees", title="The same recording, twice")
    sealed = sorted((operator / "sessions").rglob("*.isg"))
    seen = sorted(path for path in review.iterdir() if path.is_file())
    for number in range(max(min(len(sealed), 6), len(seen))):
        left = (
            f"{sealed[number].name}  {sealed[number].read_bytes()[120:136].hex(' ')} …"
            if number < min(len(sealed), 6)
            else ""
        )
        right = f"{seen[number].name}  {seen[number].stat().st_size:,} bytes" if number < len(seen) else ""
        table.add_row(left, right)
    table.add_row(f"{len(sealed)} sealed segments in all", "")
    _say(table)
