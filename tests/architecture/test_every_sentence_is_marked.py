"""What people read can be translated: no sentence stands in a window's or a console's code without a mark.

In a window's code a sentence is a literal that begins with a capital letter and goes on with a small one in its second
word. What is no sentence for people, such as an object's name, a font or a line of a log, does not look like one or is
not looked at. In a console's code it is any two words in a row, refusals included, and any word at all where it is
printed, asked or explained.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PLACES = (
    "app/client/checkin",
    "app/client/entry",
    "app/client/pages",
    "app/client/session",
    "app/client/upkeep",
    "ui",
)
"""Where sentences for people are made, and every one of them is marked."""
CONSOLES = (
    "app/client/__main__.py",
    "app/demo/__main__.py",
    "app/demo/programs.py",
    "app/demo/results.py",
    "app/demo/steps.py",
    "app/endpoint/__main__.py",
    "app/endpoint/fsck.py",
    "app/institution",
    "app/policy/machine.py",
)
"""Where the commands are, and what they print, refusals included."""
MARKS = {"_", "N_", "ngettext"}
NOT_SHOWN = {"debug", "info", "warning", "error", "exception", "critical", "log"}
PRINTED = {"echo", "prompt", "fail", "progress_line"}
SENTENCE = re.compile(r"[A-Z][^\s.]* [a-z]")
TWO_WORDS = re.compile(r"(?<![\w-])[^\W\d_]{2,}[,;:.]? [^\W\d_]{2,}(?![\w-])")
WORD = re.compile(r"[a-z]{2}")
NO_WORDS = re.compile(r"invigilo(-[a-z]+)?:|invigilo demo|invigilo keyring inst:|/Library/Managed Preferences")
"""The programs' names, as they begin a refusal, the comment that is signed with a keyring, a folder of macOS."""
OF_DEVELOPERS = {"basicConfig", "ValueError", "FormatError"}
"""What is given to these is no sentence, or the reason of an error that says one."""


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """The sentences in `source` that nobody marked, with their lines."""
    tree = ast.parse(source)
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(node.value)  # a docstring, or the one of a constant
        if isinstance(node, ast.Raise):
            left_out.update(ast.walk(node))
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS | NOT_SHOWN:
                left_out.update(each for argument in node.args for each in ast.walk(argument))
    for node in ast.walk(tree):
        if node not in left_out and SENTENCE.match(text := literal(node)):
            yield node.lineno, text


def unmarked_in_console(source: str) -> Iterator[tuple[int, str]]:
    """The sentences in the `source` of commands that nobody marked, with their lines."""
    tree = ast.parse(source)
    left_out: set[ast.AST] = set()
    printed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(node.value)
        if isinstance(node, ast.JoinedStr):
            left_out.update(node.values)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS | NOT_SHOWN | OF_DEVELOPERS:
                left_out.update(ast.walk(node))
            if name in PRINTED:
                printed.update(node.args)
            printed.update(each.value for each in node.keywords if each.arg == "help")
    for node in ast.walk(tree):
        looks = WORD if node in printed else TWO_WORDS
        if node not in left_out and looks.search(NO_WORDS.sub("", text := literal(node, ""))):
            yield node.lineno, text


def literal(node: ast.AST, filled_in: str = "x") -> str:
    """The text of a literal, with a small letter for what an f-string fills in; of anything else nothing."""
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or filled_in for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("place", PLACES)
def test_every_sentence_of_a_window_is_marked_for_translation(root: Path, place: str) -> None:
    found = [
        f"{file.relative_to(root)}:{line}: {sentence}"
        for file in sorted((root / place).rglob("*.py"))
        for line, sentence in unmarked(file.read_text(encoding="utf-8"))
    ]
    assert not found, "wrap them in _() or N_() of resources.language:\n" + "\n".join(found)


@pytest.mark.parametrize("place", CONSOLES)
def test_every_sentence_of_a_console_is_marked_for_translation(root: Path, place: str) -> None:
    files = [root / place] if place.endswith(".py") else sorted((root / place).rglob("*.py"))
    assert files
    found = [
        f"{file.relative_to(root)}:{line}: {sentence}"
        for file in files
        for line, sentence in unmarked_in_console(file.read_text(encoding="utf-8"))
    ]
    assert not found, "wrap them in _() or N_() of resources.language:\n" + "\n".join(found)


def unmarked_in_template(source: str) -> list[str]:
    """The words that a template of a page says by itself, outside of expressions, styles and tags."""
    page = re.sub(r"(?s)<style>.*?</style>|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\0", source)
    said = re.sub(r"<[^>]*>", "\0", page).split("\0")
    return [words for each in said if WORD.search(words := each.strip())]


def test_every_sentence_of_a_page_is_marked_for_translation(root: Path) -> None:
    pages = sorted((root / "app").rglob("*.j2"))
    assert pages
    for page in pages:
        assert unmarked_in_template(page.read_text(encoding="utf-8")) == []
    assert unmarked_in_template('<p>{{ _("Well marked") }}</p><h2>Not marked</h2><p class="note">{{ x }}</p>') == [
        "Not marked"
    ]


@pytest.mark.parametrize(
    "planted",
    ['title = "Your exam waits"', 'box.setText(f"Camera {name} is lost")', 'WORDS = {"on": "Camera is recording"}'],
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    assert list(unmarked(planted))


@pytest.mark.parametrize(
    "marked",
    [
        'title = _("Your exam waits")',
        'WORDS = {"on": N_("Camera is recording")}',
        'log.warning("The page was not loaded (%s)", kind)',
        'raise ValueError("No such place here")',
        '"""A docstring that is a sentence."""',
        'name = "leaveButton"',
    ],
)
def test_what_is_marked_or_not_shown_is_no_finding(marked: str) -> None:
    assert not list(unmarked(marked))


@pytest.mark.parametrize(
    "planted",
    [
        'typer.echo(f"deleted {session}")',
        'typer.echo("Wrote it.")',
        'typer.prompt("Passphrase")',
        'raise UsageError(f"“{out}” exists already; choose another one")',
        'raise EndpointFailure(f"{self.url}: it answered {status} to {path}")',
        'return f"{name}: begins only after part {part}, at {start} s."',
        'folder: Annotated[Path, typer.Option("--dir", help="Folder")]',
        'said = f"{count} sealed pieces"',
        'state = "is stored, but no record knows it"',
        'fail("nothing", 2)',
    ],
)
def test_a_planted_sentence_of_a_console_is_found(planted: str) -> None:
    assert list(unmarked_in_console(planted))


@pytest.mark.parametrize(
    "marked",
    [
        'typer.echo(_("deleted {session}").format(session=isolate(session)))',
        'raise UsageError(_("“{file}” exists already").format(file=isolate(out)))',
        'folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help=N_("The folder."))]',
        'typer.echo(f"{each.code}  {each.state:<9}  {each.sentence}")',
        '"""A docstring that is a sentence."""',
        'logging.basicConfig(format="%(levelname)s of %(name)s")',
    ],
)
def test_what_is_marked_or_not_printed_is_no_finding(marked: str) -> None:
    assert not list(unmarked_in_console(marked))
