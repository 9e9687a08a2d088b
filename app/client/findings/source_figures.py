"""Words for what `invigilo check` measured of a camera, a microphone or the screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from resources.language import N_, _, isolate

if TYPE_CHECKING:
    from capture.reports import StreamName

WORKS: Mapping[StreamName, str] = MappingProxyType(
    {"webcam": N_("The camera works."), "microphone": N_("The microphone works."), "screen": N_("The screen works.")}
)
SLOW: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("The camera gives only {rate} of {asked} pictures a second."),
        "screen": N_("The screen gives only {rate} of {asked} pictures a second."),
    }
)
SLOW_FIXES: Mapping[StreamName, str] = MappingProxyType(
    {
        "webcam": N_("Close other programs, and see that there is light: a camera gives fewer pictures in the dark."),
        "screen": N_("Close other programs."),
    }
)


def slow_sentence(stream: StreamName, rate: float, asked: int) -> str:
    """Say that `stream`, which has pictures, gives `rate` a second of the `asked`."""
    return _(SLOW[stream]).format(rate=isolate(f"{rate:g}"), asked=isolate(asked))


def works_sentence(
    stream: StreamName,
    *,
    opened_after_s: float | None,
    per_s: float | None,
    asked_per_s: int | None,
    level_dbfs: float | None,
    cpu_percent: float | None,
) -> str:
    """Say that the source of `stream` works, and what was measured; None was not."""
    said = [_(WORKS[stream])]
    if per_s is not None:
        pictures = _("Pictures a second: {rate} ({asked} asked for).")
        said.append(pictures.format(rate=isolate(f"{per_s:g}"), asked=isolate(asked_per_s)))
    if level_dbfs is not None:
        said.append(_("Loudest: {level} dB of full scale.").format(level=isolate(f"{level_dbfs:.0f}")))
    if opened_after_s is not None:
        said.append(_("Opened after {seconds} s.").format(seconds=isolate(f"{opened_after_s:g}")))
    if cpu_percent is not None:
        said.append(_("Takes {share} % of a processor core.").format(share=isolate(f"{cpu_percent:g}")))
    return " ".join(said)
