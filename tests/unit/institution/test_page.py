"""Pages that are handed out: of the language that is spoken, and no field acts on the page around it."""

import jinja2
import pytest

from app.institution.page import page_of
from resources import language


@pytest.fixture
def template(tmp_path):
    file = tmp_path / "page.html.j2"
    file.write_text(
        '<html lang="{{ language }}" dir="{{ direction }}"><p>{{ _("Keys of {name}").format(name=isolate(name)) }}</p>'
        "<p>{{ name }}</p>",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def arabic():
    language.speak("ar")
    yield
    language.speak(language.SOURCE_LANGUAGE)


def test_a_page_says_its_language_and_direction_and_shows_its_fields_as_they_are(template):
    page = page_of(template, name="<i>U\u202e")
    assert page == '<html lang="en" dir="ltr"><p>Keys of &lt;i&gt;U\\u202e</p><p>&lt;i&gt;U\\u202e</p>'


def test_a_page_from_right_to_left_keeps_the_isolates_of_its_sentences(template, arabic):
    page = page_of(template, name="U")
    assert page == '<html lang="ar" dir="rtl"><p>Keys of \u2068U\u2069</p><p>U</p>'


def test_a_field_that_nobody_filled_in_is_an_error(template):
    with pytest.raises(jinja2.UndefinedError, match="name"):
        page_of(template)
