"""What lab staff set on a machine: who may set it, how files add up, and that a mistake is shown and harmless."""

import os
import plistlib
import sys
from pathlib import Path

import pytest

from app.client.machine.policy_findings import policy_findings
from app.policy import machine
from app.policy.machine import MachinePolicy, policy_of

OURS = os.getuid() if sys.platform != "win32" else 0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps it in the registry")


def read(folder: Path, administrator: int = OURS) -> MachinePolicy:
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)
    return policy_of(folder, administrator=administrator)


def test_a_machine_on_which_nothing_is_set_is_a_test_takers_own(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        assert policy_of(folder) == MachinePolicy()
    assert policy_findings(MachinePolicy()) == ()


def test_a_later_file_is_over_an_earlier_one_and_each_value_names_its_source(tmp_path: Path) -> None:
    (tmp_path / "10-college.json").write_text('{"lab_machine": true}')
    set_once = read(tmp_path)
    assert (set_once.lab_machine, dict(set_once.sources)) == (True, {"lab_machine": "10-college.json"})
    (tmp_path / "20-this-room.json").write_text('{"lab_machine": false}')
    (tmp_path / "30-empty.json").write_text("{}")
    set_again = read(tmp_path)
    assert (set_again.lab_machine, dict(set_again.sources)) == (False, {"lab_machine": "20-this-room.json"})
    assert set_again.problems == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"lab_machine": "perhaps"}', "neither true nor false"),
        ('{"lab_machine": tru', "not JSON"),
        ('{"lab_machine": true, "lab_machine": true}', "appears twice"),
        ("[true]", "not a JSON object"),
        ('{"lab_machine": true}' + " " * machine.MAX_POLICY_BYTES, "larger than"),
        ("[" * 500, "nested deeper"),
    ],
)
def test_a_file_with_a_mistake_is_named_and_makes_no_lab_machine(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "10-mistaken.json").write_text(content)
    found = read(tmp_path)
    assert not found.lab_machine
    (problem,) = found.problems
    assert "10-mistaken.json" in problem
    assert said in problem
    (finding,) = policy_findings(found)
    assert finding.state == "attention"


def test_a_key_that_is_not_known_is_shown_and_the_rest_holds(tmp_path: Path) -> None:
    (tmp_path / "10-newer.json").write_text('{"lab_machine": true, "wallpaper": "grey"}')
    found = read(tmp_path)
    assert found.lab_machine
    assert found.problems == ("10-newer.json: this version knows no key “wallpaper”.",)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_can_write_is_nobodys_policy(tmp_path: Path, what: str) -> None:
    file = tmp_path / "10-mine.json"
    file.write_text('{"lab_machine": true}')
    assert read(tmp_path).lab_machine
    (file if what == "file" else tmp_path).chmod(0o777)
    found = policy_of(tmp_path, administrator=OURS)
    assert not found.lab_machine
    assert "others than the administrator can write it" in found.problems[0]


def test_a_link_that_leads_nowhere_is_named_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "10-gone.json").symlink_to(tmp_path / "absent")
    (tmp_path / "20-there.json").write_text('{"lab_machine": true}')
    (tmp_path / "20-there.json").chmod(0o644)
    tmp_path.chmod(0o755)
    found = policy_of(tmp_path, administrator=OURS)
    assert found.lab_machine
    assert "10-gone.json: cannot be read" in found.problems[0]


def test_what_a_test_taker_has_written_is_nobodys_policy(tmp_path: Path) -> None:
    (tmp_path / "10-mine.json").write_text('{"lab_machine": true}')
    assert not read(tmp_path, administrator=OURS + 1).lab_machine


def test_a_profile_of_device_management_sets_it_on_a_mac(tmp_path: Path) -> None:
    profile = tmp_path / "org.invigilo.client.plist"
    assert machine._combined(machine._profile(profile)) == MachinePolicy()
    profile.write_bytes(plistlib.dumps({"lab_machine": True}))
    assert machine._combined(machine._profile(profile)).lab_machine
    for damaged in (b"no profile", b"<?xml version='1.0'?><plist><dict><key>", b"bplist00" + bytes(40)):
        profile.write_bytes(damaged)
        assert len(machine._combined(machine._profile(profile)).problems) == 1
