"""What opens the web engine from outside is gone before it is loaded; what people need stays."""

from __future__ import annotations

import os

import pytest

from lockdown.contract.errors import RootRefused
from lockdown.environment import refuse_root, scrub

OPENERS = {
    "QTWEBENGINE_CHROMIUM_FLAGS": "--remote-debugging-port=1",
    "QTWEBENGINE_REMOTE_DEBUGGING": "1",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "QTWEBENGINEPROCESS_PATH": "/x",
    "QT_PLUGIN_PATH": "/x",
    "QT_QPA_PLATFORM_PLUGIN_PATH": "/x",
    "QT_LOGGING_RULES": "*=true",
    "QT_LOGGING_CONF": "/x",
    "SSLKEYLOGFILE": "/x",
}
NEEDED = {
    "QT_QPA_PLATFORM": "xcb",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    "QT_IM_MODULE": "ibus",
    "QT_SCALE_FACTOR": "2",
    "DISPLAY": ":0",
    "LD_LIBRARY_PATH": "/opt/bundle",
}


@pytest.mark.parametrize("platform", ["vnc", "vnc:port=5999", "offscreen", "minimal", "xcb;vnc", "eglfs", ""])
def test_a_platform_on_which_nobody_or_anybody_sees_the_exam_goes(platform):
    environ = {"QT_QPA_PLATFORM": platform, "DISPLAY": ":0"}
    assert scrub(environ).removed == ("QT_QPA_PLATFORM",)
    assert environ == {"DISPLAY": ":0"}


@pytest.mark.parametrize("platform", ["xcb", "wayland", "wayland;xcb", "xcb:native-painting", "windows:fontengine=gdi"])
def test_a_platform_on_which_a_person_sees_it_stays(platform):
    environ = {"QT_QPA_PLATFORM": platform}
    assert scrub(environ).removed == ()
    assert environ == {"QT_QPA_PLATFORM": platform}


def test_openers_go_and_the_rest_stays():
    environ = {**OPENERS, **NEEDED}
    scrubbed = scrub(environ)
    assert environ == NEEDED
    assert set(scrubbed.removed) == set(OPENERS)
    assert not scrubbed.needs_restart


@pytest.mark.parametrize("name", ["LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"])
def test_what_the_loader_has_read_already_needs_one_restart_and_no_second(name):
    environ = {name: "/x.so", **NEEDED}
    assert scrub(environ).needs_restart
    assert not scrub(environ).needs_restart


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["exam.invigilo", "--camera", "0"], ["exam.invigilo", "--camera", "0"]),
        (["exam", "--webEngineArgs", "--remote-debugging-port=1", "--no-sandbox"], ["exam"]),
        (["exam", "-webengineargs", "--x"], ["exam"]),
        (["-platformpluginpath", "/x", "exam"], ["exam"]),
        (["--platformpluginpath=/x", "exam"], ["exam"]),
        (["exam", "-platformpluginpath"], ["exam"]),
        (["webEngineArgs"], ["webEngineArgs"]),
    ],
)
def test_arguments_for_the_engine_go(arguments, left):
    assert list(scrub({}, arguments).arguments) == left


def test_names_only_are_told():
    told = scrub({"SSLKEYLOGFILE": "/home/person/secret"}, ["--platformpluginpath=/home/person"]).removed
    assert told == ("SSLKEYLOGFILE", "--platformpluginpath")


def test_root_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for environ in ({}, {"INVIGILO_ALLOW_ROOT": "0"}):
        with pytest.raises(RootRefused, match="ordinary user"):
            refuse_root(environ)
        assert "QTWEBENGINE_DISABLE_SANDBOX" not in environ


def test_root_that_is_allowed_runs_without_the_sandbox(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    environ = {"INVIGILO_ALLOW_ROOT": "1"}
    refuse_root(environ)
    assert environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"


def test_ordinary_users_keep_the_sandbox_whatever_they_set(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    environ = {"INVIGILO_ALLOW_ROOT": "1", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    scrub(environ)
    refuse_root(environ)
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in environ
