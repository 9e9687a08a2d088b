"""Builds the programs as folders that need no Python: dist/NAME/, one a program, for the system this runs on.

    python installer/bundle.py [invigilo] [invigilo-institution] [invigilo-endpoint]

Without names it builds all three. After the build it takes out what Qt brings and these programs never open, among it
the web engine's developer tools, and says how large each folder is.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ("invigilo", "invigilo-institution", "invigilo-endpoint")
KEPT_LANGUAGES = ("en-US", "de")


def build(name: str) -> Path:
    """Build one program and return its folder; raises `subprocess.CalledProcessError` when PyInstaller fails."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build" / "pyinstaller")]
    subprocess.run([*command, str(ROOT / "installer" / f"{name}.spec")], check=True, cwd=ROOT)
    return ROOT / "dist" / name


def prune(folder: Path) -> None:
    """Take out of a finished bundle what Qt's hook collects by dependency and nothing here uses."""
    for qt in folder.rglob("PySide6/Qt"):
        shutil.rmtree(qt / "qml", ignore_errors=True)
        for words in (qt / "translations").glob("*.qm"):
            words.unlink()
        for locale in (qt / "translations" / "qtwebengine_locales").glob("*.pak"):
            if locale.stem not in KEPT_LANGUAGES:
                locale.unlink()
        for pak in qt.rglob("qtwebengine_devtools_resources*.pak"):
            pak.unlink()


def size_bytes(folder: Path) -> int:
    """Return the sum of the sizes of all regular files."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def main() -> int:
    """Run the command; see the module's text."""
    parser = argparse.ArgumentParser(prog="bundle.py", description="Build the programs as folders, into dist/.")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=f"of {', '.join(PROGRAMS)}; without any, all")
    chosen = parser.parse_args().programs or PROGRAMS
    if unknown := set(chosen) - set(PROGRAMS):
        parser.error(f"no such program: {', '.join(sorted(unknown))}")
    for name in chosen:
        try:
            folder = build(name)
        except subprocess.CalledProcessError as error:
            print(f"bundle: PyInstaller could not build {name} (status {error.returncode}); see above", file=sys.stderr)
            return 1
        prune(folder)
        print(f"{folder.relative_to(ROOT)}: {size_bytes(folder) / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
