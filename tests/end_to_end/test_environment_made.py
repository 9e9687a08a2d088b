"""Kind: set-up that has only one way. By uv or by pip alone, the environment is made, or two lines say why not."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pip
import pytest

from tests.fixtures.package_index import make_wheel, package_index, pinned
from tests.fixtures.soak import SOAK
from tests.unit.delivery.kit import Authority

ROOT = Path(__file__).parents[2]
SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
SET = (
    *("hatchling", "editables", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers"),
    *("coverage", "iniconfig", "pygments", "pytest", "pytest-cov"),
)
"""A part of the lock: what builds the project in place, and a package that wants another one with an extra."""
PIPS = ("22.0.2", "23.0.1", "24.0")
"""The pip of Ubuntu 22.04, Debian 12 and Ubuntu 24.04."""


def packages_of(environment: Path) -> str:
    return sysconfig.get_path("purelib", vars={"base": str(environment)})


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """uv's wheel first, then those of the set."""
    folder = tmp_path_factory.mktemp("wheels")
    return tuple(make_wheel(name, folder) for name in ("uv", *SET))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "authority of this network")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but pip in it: that of the one that runs the tests, which is there already."""
    folder = tmp_path_factory.mktemp("bare") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    for each in (Path(pip.__file__).parent, Path(pip.__file__).parents[1] / f"pip-{pip.__version__}.dist-info"):
        shutil.copytree(each, Path(packages_of(folder), each.name))
    return folder


@pytest.fixture
def project(tmp_path: Path, wheels: tuple[Path, ...], bare: Path) -> Path:
    """A project of one file that is set up as this one is."""
    folder = tmp_path / "project"
    (folder / "installer").mkdir(parents=True)
    (folder / "tiny.py").write_text("", encoding="utf-8")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "tiny"\nversion = "1"\n[build-system]\nrequires = ["hatchling"]\n'
        'build-backend = "hatchling.build"\n[tool.hatch.build.targets.wheel]\npackages = ["."]\n',
        encoding="utf-8",
    )
    shutil.copytree(bare, folder / ".venv", symlinks=True)
    shutil.copy(ROOT / "installer" / "environment.sh", folder / "installer")
    (folder / "installer" / "bootstrap.lock").write_text(pinned(wheels[:1]), encoding="utf-8")
    (folder / "requirements.lock").write_text(pinned(wheels[1:]), encoding="utf-8")
    return folder


def make_environment(
    project: Path, index: str, *, within: tuple[str, ...] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the set-up as a user who has configured nothing but the index."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(project.parent),
        "PYTHON": sys.executable,
        "PIP_INDEX_URL": index,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "1",
        "PIP_NO_COMPILE": "1",  # nothing of it is run but pip and the builder
        "UV_DEFAULT_INDEX": index,
        "UV_COMPILE_BYTECODE": "0",
        "UV_NO_CONFIG": "1",
        "UV_HTTP_RETRIES": "0",
        **more,
    }
    command = [*within, "bash", "installer/environment.sh"]
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def installed(project: Path) -> set[str]:
    return {each.name.lower() for each in importlib.metadata.distributions(path=[packages_of(project / ".venv")])}


@pytest.fixture
def trusting(authority: Authority, tmp_path: Path) -> tuple[str, ...]:
    """What runs a command on this machine as if its administrator had installed the network's authority."""
    if not SYSTEM.exists():
        pytest.skip(f"no {SYSTEM} here, so this system keeps its authorities elsewhere")
    bundle = tmp_path / "authorities.crt"
    bundle.write_text(SYSTEM.read_text(encoding="utf-8") + authority.pem, encoding="utf-8")
    unset = tmp_path / "pip.conf"
    unset.touch()
    hidden = 'if [ -e /etc/pip.conf ]; then mount --bind "$2" /etc/pip.conf; fi'
    mapped = () if os.getuid() == 0 else ("--user", "--map-root-user")
    within = ("unshare", *mapped, "--mount", "bash", "-c", f'mount --bind "$0" "$1" && {hidden} && exec "${{@:3}}"')
    within = (*within, str(bundle), str(SYSTEM), str(unset))
    if subprocess.run([*within, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no mount of one's own (unshare)")
    return within


@pytest.fixture
def index(wheels: tuple[Path, ...], authority: Authority) -> Iterator[str]:
    with package_index(wheels, authority.server()) as address:
        yield address


def test_set_up_by_uv_where_only_the_system_knows_the_certificate(
    project: Path, index: str, trusting: tuple[str, ...]
) -> None:
    done = make_environment(project, index, within=trusting)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["environment: installed by uv from requirements.lock"]
    assert installed(project) >= {*SET, "tiny"}


@pytest.mark.skipif(not SOAK, reason="what pip does alone, it does where uv does not reach the index: in make soak")
def test_set_up_by_pip_alone_where_only_the_system_knows_the_certificate(
    project: Path, wheels: tuple[Path, ...], authority: Authority, trusting: tuple[str, ...]
) -> None:
    with package_index(wheels[1:], authority.server()) as index:  # which has no uv
        done = make_environment(project, index, within=trusting)
    assert done.returncode == 0, done.stderr
    assert "installing by pip" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert installed(project) >= {*SET, "tiny"}


def test_set_up_by_pip_where_uv_does_not_reach_the_index(
    project: Path, index: str, trusting: tuple[str, ...], closed: str
) -> None:
    done = make_environment(project, index, within=trusting, UV_DEFAULT_INDEX=closed)
    assert done.returncode == 0, done.stderr
    assert "uv could not do it (the package index cannot be reached from here)" in done.stderr
    assert installed(project) >= {*SET, "tiny"}


@pytest.fixture
def closed() -> Iterator[str]:
    """Give an address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"https://127.0.0.1:{taken.getsockname()[1]}/index"


def test_set_up_without_an_index_is_two_lines_and_status_1(project: Path, closed: str) -> None:
    done = make_environment(project, closed)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-2:]
    assert said[0] == "environment: not set up: the package index cannot be reached from here."
    assert "HTTPS_PROXY" in said[1]
    assert len(done.stderr.splitlines()) == 3, done.stderr


def test_set_up_behind_an_authority_that_nobody_knows_says_so(project: Path, index: str) -> None:
    done = make_environment(project, index)
    assert done.returncode == 1
    said = done.stderr.splitlines()[-2:]
    assert "certificate of the package index" in said[0]
    assert "SSL_CERT_FILE" in said[1]
    assert len(done.stderr.splitlines()) == 3, done.stderr


def test_set_up_by_the_authority_that_the_user_names(
    project: Path, index: str, authority: Authority, tmp_path: Path
) -> None:
    own = tmp_path / "own.pem"
    own.write_text(authority.pem, encoding="utf-8")
    done = make_environment(project, index, SSL_CERT_FILE=str(own))
    assert done.returncode == 0, done.stderr
    assert "installed by uv" in done.stderr


def test_set_up_refuses_a_package_that_is_not_the_one_of_the_lock(
    project: Path, index: str, trusting: tuple[str, ...]
) -> None:
    lock = project / "requirements.lock"
    text = lock.read_text(encoding="utf-8")
    wrong = text.index("sha256:") + len("sha256:")
    lock.write_text(text[:wrong] + "0" * 64 + text[wrong + 64 :], encoding="utf-8")
    done = make_environment(project, index, within=trusting)
    assert done.returncode == 1
    assert "not the file that the lock names" in done.stderr
    assert len(done.stderr.splitlines()) == 3, done.stderr
    assert "hatchling" not in installed(project)


@pytest.mark.skipif(not SOAK, reason="downloads the whole set three times: in make soak")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("version", PIPS)
def test_the_whole_lock_is_installed_by_the_oldest_pip(tmp_path: Path, version: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    pip = [tmp_path / "venv" / "bin" / "python", "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", f"pip=={version}"], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--require-hashes", "-r", ROOT / "requirements.lock"], check=True)
    subprocess.run([*pip, "check"], check=True)
