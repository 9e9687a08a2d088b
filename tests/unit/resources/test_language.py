"""Sentences in another language: plural forms, what is not translated, and names that run the other way."""

import importlib.util
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from resources import language
from resources.language import N_, _, isolate, ngettext, speak, spoken_language

ROOT = Path(__file__).parents[3]
COMMAND = ROOT / "installer" / "sentences.py"
ISOLATED = "\u2068{}\u2069"


@pytest.fixture(scope="module")
def extract() -> ModuleType:
    """The command of developers that collects the sentences; it is no part of the program."""
    spec = importlib.util.spec_from_file_location("sentences", COMMAND)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def template(extract: ModuleType) -> bytes:
    """The sentences of the whole tree, which takes more than a second to read."""
    return extract.template()


@pytest.fixture(autouse=True)
def spoken_as_before() -> Iterator[None]:
    yield
    speak(language.SOURCE_LANGUAGE)


def compiled(folder: Path, code: str, sentences: dict[str | tuple[str, str], str | tuple[str, ...]]) -> Path:
    catalogue = Catalog(locale=code)
    for sentence, translated in sentences.items():
        catalogue.add(sentence, translated)
    file = folder / f"{code}.mo"
    with file.open("wb") as out:
        write_mo(out, catalogue)
    return file


def test_english_is_said_as_it_is_written():
    assert _("Go on with your exam.") == "Go on with your exam."
    assert [ngettext("{n} file", "{n} files", n).format(n=n) for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert _("") == ""  # the empty message of a catalogue is its head, not a sentence


def test_a_translation_is_said_and_what_it_lacks_is_said_in_english(tmp_path):
    speak("de", compiled(tmp_path, "de", {"Go back": "Zurück"}))
    assert spoken_language() == "de"
    assert _("Go back") == "Zurück"
    assert _("Check again") == "Check again"


def test_a_constant_is_said_in_the_language_of_the_moment_it_is_shown(tmp_path):
    constant = N_("Go back")
    assert _(constant) == "Go back"
    speak("de", compiled(tmp_path, "de", {"Go back": "Zurück"}))
    assert _(constant) == "Zurück"


def test_each_of_six_plural_forms_is_found(tmp_path):
    forms = ("zero", "one", "two", "few", "many", "other")
    speak("ar", compiled(tmp_path, "ar", {("{n} part", "{n} parts"): forms}))
    said = [ngettext("{n} part", "{n} parts", n) for n in (0, 1, 2, 3, 11, 100)]
    assert said == list(forms)


def test_a_name_in_a_sentence_of_the_other_direction_is_kept_apart(tmp_path):
    assert isolate("Logi C920") == "Logi C920"
    assert isolate(7) == "7"
    assert isolate("מצלמה") == ISOLATED.format("מצלמה")  # a Hebrew name in an English sentence
    speak("ar", compiled(tmp_path, "ar", {}))
    assert isolate("Logi C920") == ISOLATED.format("Logi C920")


def test_a_catalogue_that_cannot_be_read_changes_nothing(tmp_path):
    broken = tmp_path / "de.mo"
    broken.write_bytes(b"no catalogue")
    with pytest.raises(OSError, match="magic"):
        speak("de", broken)
    with pytest.raises(FileNotFoundError):
        speak("de", tmp_path / "none.mo")
    assert spoken_language() == language.SOURCE_LANGUAGE
    assert _("Go back") == "Go back"


def test_the_template_holds_what_the_code_says_and_a_new_sentence_is_missed(extract, template, tmp_path):
    assert extract.TEMPLATE.read_bytes() == template, "run: make languages"
    for part in extract.PARTS:
        (tmp_path / part).mkdir()
    (tmp_path / "ui" / "planted.py").write_text('x = _("A sentence that was planted.")\ny = N_("Another.")\n')
    (tmp_path / "app" / "planted.py").write_text('z = ngettext("{n} part.", "{n} parts.", 3)\n')
    found = read_po(io.BytesIO(extract.template(tmp_path)))
    assert {message.id for message in found if message.id} == {
        "A sentence that was planted.",
        "Another.",
        ("{n} part.", "{n} parts."),
    }


def test_lint_is_told_of_a_template_that_is_out_of_date(extract, template, monkeypatch, tmp_path, capsys):
    old = tmp_path / "invigilo.pot"
    old.write_bytes(template + b'\nmsgid "no longer said"\nmsgstr ""\n')
    monkeypatch.setattr(extract, "TEMPLATE", old)
    monkeypatch.setattr(extract, "template", lambda: template)
    monkeypatch.setattr(sys, "argv", ["extract.py", "--check"])
    assert extract.main() == 1
    assert "make languages" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["extract.py"])
    assert extract.main() == 0
    assert old.read_bytes() == template


def test_the_command_of_lint_runs_by_itself():
    command = [sys.executable, str(COMMAND), "--check"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0
