"""Which proxy the system names, where a gate has to go through one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from ui.client.exam.egress.upstream import Upstream, system_upstream


def test_the_systems_proxy_is_the_one_of_the_usual_variable(monkeypatch):
    if sys.platform != "linux":
        pytest.skip("elsewhere the system's own settings say so")
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert system_upstream("exam.example", 443) is None
    monkeypatch.setenv("https_proxy", "http://proxy.campus.example:3128")
    monkeypatch.setenv("no_proxy", ".inside.example")
    assert system_upstream("exam.example", 443) == Upstream("proxy.campus.example", 3128)
    assert system_upstream("exam.inside.example", 443) is None


PORTAL = """
import sys
from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, Slot
from PySide6.QtDBus import QDBusConnection

@ClassInfo({"D-Bus Interface": "org.freedesktop.portal.ProxyResolver"})
class Resolver(QObject):
    @Slot(str, result="QStringList")
    def Lookup(self, address):
        return ["pac+odd://x", "http://proxy.campus.example:3128"] if "exam" in address else ["direct://"]

app = QCoreApplication([])
resolver = Resolver()
bus = QDBusConnection.sessionBus()
bus.registerObject("/org/freedesktop/portal/desktop", resolver, QDBusConnection.RegisterOption.ExportAllSlots)
assert bus.registerService("org.freedesktop.portal.Desktop")
print("ready", flush=True)
app.exec()
"""
ASKS = """
import subprocess, sys
from ui.client.exam.egress.upstream import system_upstream
with subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True) as portal:
    portal.stdout.readline()
    print([system_upstream(host, 443) for host in ("exam.example", "other.invalid")])
    portal.kill()
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed")
def test_the_desktops_proxy_is_asked_for_where_no_variable_names_one():
    environ = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    told = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", ASKS, PORTAL],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environ,
    )
    assert told.stdout.splitlines()[-1] == str([Upstream("proxy.campus.example", 3128), None]), told.stderr
