"""The display that tests are given keeps to what it was, whoever leaves it."""

import shutil
import subprocess

import pytest

from tests.fixtures.display import end, start_x_server


@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xprop")), reason="needs Xvfb and xprop")
def test_it_does_not_begin_anew_when_its_last_client_leaves(tmp_path):
    server, number = start_x_server(tmp_path / "xvfb.log", "640x480x24")
    root = ["xprop", "-display", f":{number}", "-root"]
    try:
        subprocess.run([*root, "-f", "KEPT", "8s", "-set", "KEPT", "yes"], check=True, timeout=60)
        shown = subprocess.run([*root, "KEPT"], check=True, timeout=60, capture_output=True, text=True).stdout
    finally:
        end(server)
    assert shown == 'KEPT(STRING) = "yes"\n'
