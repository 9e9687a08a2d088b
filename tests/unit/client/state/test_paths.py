"""The client's folders: what is wrong with them is named as the person knows them."""

from pathlib import Path

import pytest

from app.client.errors import FolderUnusable
from app.client.state.paths import ClientPaths

TAKES_NO_FILE = Path("/proc/self")


@pytest.mark.skipif(not TAKES_NO_FILE.is_dir(), reason="needs a folder that takes no file, also from an administrator")
def test_the_folder_is_named_and_not_the_file_it_was_tried_with() -> None:
    """Failed before: a person read of a file tmp6k_fwaba that they have never seen."""
    trouble = ClientPaths(TAKES_NO_FILE).trouble()
    assert trouble is not None
    assert trouble.where == str(TAKES_NO_FILE)
    assert FolderUnusable.of(OSError(28, "full", "/data/spool")).where == "/data/spool"
    assert FolderUnusable.of(OSError("of nothing")).where == ""
