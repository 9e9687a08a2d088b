"""Where the client keeps what must survive a crash: attempts, spool, pins, journal."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.client.errors import FolderFault, FolderUnusable
from app.durable_files.writing import make_folder


def data_home() -> Path:
    """Give the folder of this user's data for the platform, as its conventions name it.

    Raises:
        FolderUnusable: the system knows no home of this user.
    """
    try:
        return _data_home()
    except RuntimeError as error:  # no HOME, and no such user in the system's list
        raise FolderUnusable(FolderFault.NO_HOME) from error


def _data_home() -> Path:
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

    @property
    def on_disk(self) -> Path:
        """A folder on the disk of the spool that is there already: the spool, or the nearest above it."""
        return next((each for each in (self.spool, *self.spool.parents) if each.is_dir()), Path(self.spool.anchor))

    def trouble(self) -> FolderUnusable | None:
        """Say what keeps these folders from being made or written, None where nothing does; leaves nothing behind."""
        for folder in (self.root, self.spool):
            there = next((each for each in (folder, *folder.parents) if os.path.lexists(each)), folder)
            try:
                with tempfile.TemporaryFile(dir=there):
                    pass
            except OSError as error:
                return FolderUnusable.of(error, there)
        return None

    def prepare(self) -> None:
        """Make the folders, closed to other users; what is put into them is found again after a power cut.

        Raises:
            FolderUnusable: one of them cannot be made, or nothing can be put into it.
        """
        for folder in (self.root, self.spool, self.attempts, self.receipts, self.journal, self.browser):
            try:
                make_folder(folder)
                with tempfile.TemporaryFile(dir=folder):
                    pass
            except OSError as error:
                raise FolderUnusable.of(error, folder) from error
