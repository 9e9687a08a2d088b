"""No command of the three programs ends in a traceback, whatever the computer is like: it says what is wrong."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.client.delivery.outbox import Outbox
from app.client.state.attempts import Attempt, AttemptStore
from app.client.state.paths import ClientPaths
from app.demo.certificates import issue_for_loopback
from app.endpoint.identity import EndpointIdentity
from app.endpoint.records import Records
from app.institution.__main__ import program
from app.policy.pins import InstitutionPins
from crypto.keys import RecipientPrivate
from crypto.signing import SigningKey
from lockdown.engaging.journal import SUFFIX
from tests.fixtures import every_command
from tests.fixtures.broken_environments import ENVIRONMENTS, Broken, Skipped, broken
from tests.fixtures.client import exam_settings
from tests.fixtures.soak import SOAK

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("machine")]

ATTEMPT = "3b0f9b5e-8a34-4c57-9d0e-2f6c1f7a9b10"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of each program that works, and what their commands are given."""
    made = tmp_path_factory.mktemp("whole")
    made.chmod(0o755)
    passphrase = made / "passphrase"
    passphrase.write_text("one passphrase for every key\n")

    def ask(*words: object) -> None:
        options = ["--passphrase-file", str(passphrase)]
        done = CliRunner().invoke(program, ["--dir", str(made / "invigilo-institution"), *map(str, words), *options])
        assert done.exit_code == 0, done.output

    ask("init", "--id", "test-college", "--name", "Test College", "--iterations", 210_000)
    ask("representative", "add", "registry")
    endpoint = made / "invigilo-endpoint"
    EndpointIdentity.in_folder(endpoint)
    Records.in_folder(endpoint).close()
    issue_for_loopback(made / "tls")
    paths = ClientPaths(made / "invigilo")
    paths.prepare()
    InstitutionPins(paths.pins).trust("test-college", SigningKey.generate().verify_key)
    settings = exam_settings(made / "exam-tls", RecipientPrivate.generate("exam-key"))
    AttemptStore(paths.attempts).save(
        Attempt(
            attempt=ATTEMPT,
            institution="test-college",
            exam="exam-1",
            settings_sha256="0" * 64,
            settings_blake2b512="0" * 128,
            signature="none",
            candidate="candidate-1",
            endpoint=settings.delivery.endpoints[0],
        )
    )
    outbox = Outbox(paths.spool)
    outbox.enqueue(f"{ATTEMPT}.0", "seg/00-00000000.isg", b"sealed")
    outbox.close()
    (paths.journal / f"left{SUFFIX}").write_bytes(b"")
    (made / "exam.invigilo").write_text("no exam file\n")
    return made


def commands(of: str, folder: Path, whole: Path, *, named: bool) -> Iterator[list[str]]:
    """Every command of one program on `folder`; the client's without naming it where it finds it by itself."""
    passphrase, exam = str(whole / "passphrase"), str(whole / "exam.invigilo")
    if of == "invigilo":
        data = ["--data", str(folder)] if named else []
        yield from (["--help"], ["--version"], [exam, *data], ["exam", exam, *data])
        yield ["check", "--seconds", "0", *data]
        yield ["check", "--exam", exam, "--json", *data]
        for command in (["upload", "--timeout-s", "0.1"], ["restore"], ["policy", "show"], ["purge"]):
            yield [*command, *data]
            yield [*command, "--json", *data]
    elif of == "invigilo-institution":
        at, key = ["--dir", str(folder)], ["--passphrase-file", passphrase]
        yield from (["--help"], ["--version"])
        for command in (
            ["representative", "list"],
            ["representative", "add", "second", *key],
            ["representative", "revoke", "registry", *key],
            ["exam", "new", "algebra", "--title", "Algebra", "--start-url", "https://exams.example.edu/", *key],
            ["exam", "sign", "algebra", *key],
            ["exam", "show", "algebra"],
            ["exam", "show", exam],
            ["exam", "keys"],
            ["sessions"],
            ["verify", str(folder)],
            ["export", ATTEMPT, *key],
            ["report", ATTEMPT, *key],
            ["disclose", ATTEMPT, *key],
            ["replay", ATTEMPT, *key],
            ["review", ATTEMPT, *key],
            ["live"],
            ["ceremony", "sheet"],
            ["recovery", "check"],
            ["release-key"],
            ["release", "code"],
            ["init", "--id", "test-college", "--name", "Test College", "--iterations", "210000", *key],
        ):
            yield [*at, *command]
    else:
        data = ["--data", str(folder)]
        tls = ["--tls-cert", str(whole / "tls" / "endpoint.pem"), "--tls-key", str(whole / "tls" / "endpoint.key")]
        root = ["--institution", str(whole / "invigilo-institution" / "root.pub")]
        yield from (["--help"], ["--version"])
        yield ["identity", *data]
        yield ["fsck", "--json", *data]
        yield ["retention", "--days", "1", *data]
        yield ["issue-token", "--institution", "test-college", "--region", "eu-central", *data]
        yield ["serve", "--region", "nowhere at all", "--port", "0", *tls, *root, *data]


def runs_as(user: int) -> bool:
    """Whether somebody else can load the programs at all: an interpreter in root's home is nobody else's."""
    loads = [sys.executable, "-c", "import app.client.__main__"]
    try:
        done = subprocess.run(loads, user=user, group=user, extra_groups=[], cwd=ROOT, capture_output=True, check=False)
    except PermissionError:
        return False
    return done.returncode == 0


def tracebacks(of: str, given: list[list[str]], environment: Broken) -> list[str]:
    """Run the commands; gives what ended in a traceback, or took the whole process with it."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    variables = {**kept, "INVIGILO_ALLOW_ROOT": "1", "PYTHONPATH": str(ROOT), "EVERY_COMMAND": json.dumps(given)}
    if environment.user is not None:
        variables["EVERY_COMMAND_USER"] = str(environment.user)
    for name, value in environment.variables.items():
        variables.pop(name, None)
        if value is not None:
            variables[name] = value
    reader, writer = os.pipe()

    def prepare() -> None:
        os.dup2(writer, 3)
        for kind, most in environment.limits.items():
            resource.setrlimit(kind, (most, most))

    done = subprocess.run(
        [sys.executable, every_command.__file__, of],
        env=variables,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        pass_fds=[3, writer],
        preexec_fn=prepare,
        timeout=600,
        check=False,
    )
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    assert said, f"the process ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}"
    outside = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("Traceback")]
    return [f"{' '.join(words)}\n{trace}" for words, _, trace in json.loads(said) if trace] + outside


PAIRS = [(of, environment) for environment in ENVIRONMENTS for of in sorted(every_command.ENTRIES)]
"""All of them take a quarter of an hour, which is for `make soak`; `make test` takes each seventeenth."""


@pytest.mark.parametrize(
    ("of", "environment"), PAIRS if SOAK else PAIRS[::34], ids=lambda each: getattr(each, "name", each)
)
def test_kind_2_no_command_ends_in_a_traceback(of: str, environment: Broken, whole: Path, tmp_path: Path) -> None:
    if environment.user is not None and (os.geteuid() != 0 or not runs_as(environment.user)):
        pytest.skip("the interpreter cannot be run as somebody else here")
    tmp_path.chmod(0o755)
    folder = tmp_path / of
    shutil.copytree(whole / of, folder)
    try:
        with broken(environment, folder) as used:
            given = list(commands(of, used, whole, named=not environment.named_by_home))
            assert tracebacks(of, given, environment) == []
    except Skipped as why:
        pytest.skip(str(why))


def test_there_are_sixty_of_them() -> None:
    assert len({each.name for each in ENVIRONMENTS}) == len(ENVIRONMENTS) >= 60
