"""The demonstration's exam stands alone and can be used without a mouse or eyes."""

import re
from html.parser import HTMLParser

from resources.demo_exam import files

PAGES = ("index.html", "handed-in.html")


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and every attribute that loads or leads somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed((files() / page).read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def values(self, *names: str) -> list[str]:
        return [attributes[name] for _, attributes in self.found for name in names if name in attributes]


def test_nothing_comes_from_outside() -> None:
    present = {entry.name for entry in files().iterdir()}
    for page in PAGES:
        for target in Elements(page).values("src", "href", "srcset", "data", "poster"):
            assert target.startswith("#") or target in present, f"{page} refers to {target}"
    for name in ("style.css", "exam.js"):
        text = (files() / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|@import|url\(", text), f"{name} loads something"


def test_nothing_typed_is_kept_in_the_browser() -> None:
    script = (files() / "exam.js").read_text(encoding="utf-8")
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", script)


def test_every_field_has_a_label_and_every_reference_its_element() -> None:
    page = Elements("index.html")
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    labelled = set(page.values("for"))
    for tag, attributes in page.found:
        if tag in {"input", "textarea"} and attributes.get("type") not in {"radio", "checkbox"}:
            assert attributes["id"] in labelled, f"{attributes['name']} has no label"
    for reference in page.values("for", "aria-labelledby", "aria-describedby"):
        assert reference in ids, f"nothing is called {reference}"


def test_the_script_asks_for_the_fields_that_the_page_has() -> None:
    page = Elements("index.html")
    listed = re.search(r"const questions = \[(.*?)\]", (files() / "exam.js").read_text(encoding="utf-8"))
    assert listed
    assert set(re.findall(r'"(\w+)"', listed[1])) == {
        attributes["name"] for tag, attributes in page.found if tag in {"input", "textarea"}
    }
    assert "lang" in dict(page.found)["html"]
