"""Each of the three programs says its version when it is asked, and does nothing else."""

from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from app.client.__main__ import console
from app.endpoint.__main__ import cli
from app.institution.__main__ import program


@pytest.mark.parametrize("asked", [console, program, cli], ids=["client", "institution", "endpoint"])
def test_it_is_said(asked: typer.Typer) -> None:
    done = CliRunner().invoke(asked, ["--version"])
    assert (done.exit_code, done.output) == (0, f"Invigilo {version('invigilo')}\n")
