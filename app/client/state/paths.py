"""Where the client keeps what must survive a crash: attempts, spool, pins, journal."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from app.durable_files.writing import make_folder


def data_home() -> Path:
    """Give the folder of this user's data for the platform, as its conventions name it."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "Invigilo"
    elif sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Invigilo"
    else:
        return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "invigilo"


@dataclass(frozen=True)
class ClientPaths:
    """The client's folders below one `root`, readable by this user only.

    `elsewhere` puts the spool on another disk, as labs do whose system disk is small or reset at each start.
    """

    root: Path
    elsewhere: Path | None = None

    @property
    def spool(self) -> Path:
        """Sealed objects that wait for a receipt."""
        return self.elsewhere or self.root / "spool"

    @property
    def receipts(self) -> Path:
        """The endpoint's signed receipts of delivered attempts, for the test taker to keep."""
        return self.root / "receipts"

    @property
    def running(self) -> Path:
        """The file that the one running client of this folder holds locked."""
        return self.root / "running.lock"

    @property
    def attempts(self) -> Path:
        """One small file an attempt: what a restart needs to go on with it and to deliver it."""
        return self.root / "attempts"

    @property
    def pins(self) -> Path:
        """Institutions this user trusts, and the newest settings seen of each exam."""
        return self.root / "institutions.json"

    @property
    def journal(self) -> Path:
        """What lockdown changed on this machine and must put back."""
        return self.root / "lockdown"

    @property
    def browser(self) -> Path:
        """The exam page's temporary storage, wiped at the end."""
        return self.root / "browser"

    def prepare(self) -> None:
        """Make the folders, closed to other users; what is put into them is found again after a power cut."""
        for folder in (self.root, self.spool, self.attempts, self.receipts, self.journal, self.browser):
            make_folder(folder)
