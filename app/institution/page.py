"""Pages for people that are handed out as one HTML file: a template with its fields, in the language that is spoken.

A template says each sentence by ``_`` or ``ngettext``, as code does, and ``make languages`` collects it from there.
"""

from __future__ import annotations

from pathlib import Path

from app.institution.wording.phrases import capital, listed
from app.institution.wording.streams import stream_name
from resources.language import RIGHT_TO_LEFT, _, isolate, ngettext, spoken_language
from resources.moments import day_and_time
from resources.visible import visible


def page_of(template: Path, **content: object) -> str:
    """Fill in `template`; a field it names and `content` lacks is an error, and none acts on the page around it."""
    import jinja2  # noqa: PLC0415 - loading it takes time that commands without a page need not wait

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language = spoken_language()
    environment.globals.update(
        _=_,
        ngettext=ngettext,
        isolate=isolate,
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
    )
    environment.filters.update(
        capital=capital, day_and_time=day_and_time, isolate=isolate, listed=listed, stream_name=stream_name
    )
    return environment.get_template(template.name).render(content)


def _shown(value: object) -> object:
    """What a field of the page says: text from a recording or a folder does not act on the page around it."""
    return visible(value) if type(value) is str else value
