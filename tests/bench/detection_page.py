"""Draws what bench_detection found as one self-contained page: plots as inline SVG, and the whole table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from detection_presence import HAAR, MEDIAPIPE, OURS, Missed, Presence
from detection_scenes import LIGHTS
from harness import Figure

_WIDTH, _LABELS, _END = 860, 150, 70
_TICKS = (0, 0.5, 2, 5, 10, 20, 40, 60, 80)
_MOST = 80.0
_CLASS = {OURS: "ours", MEDIAPIPE: "known", HAAR: "old"}
_ROW, _STEP = 46, 12
_STYLE = """
:root { color-scheme: light dark; --text: #1d2433; --quiet: #5b6475; --line: #d9dde5; --back: #ffffff;
  --ours: #00695c; --known: #b35900; --old: #7a7f8c; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaf0; --quiet: #a3abba; --line: #3a4150; --back: #161a22;
  --ours: #4db6ac; --known: #ffb066; --old: #9aa1b0; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 900px;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem } h2 { font-size: 1.2rem; margin: 2.2rem 0 .3rem }
p { margin: .3rem 0 .8rem } .quiet { color: var(--quiet) }
svg { width: 100%; height: auto; display: block } svg text { font: 13px system-ui, sans-serif; fill: var(--text) }
svg .tick { fill: var(--quiet); font-size: 12px } svg line.grid { stroke: var(--line) }
svg .limit { stroke: var(--text); stroke-dasharray: 3 4; opacity: .6 }
.ours { stroke: var(--ours); fill: var(--ours) } .known { stroke: var(--known); fill: var(--known) }
.old { stroke: var(--old); fill: var(--old) } svg text.ours, svg text.known, svg text.old { stroke: none }
svg line.ours, svg line.known, svg line.old { stroke-width: 2.5 }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.number, th.number { text-align: right; white-space: nowrap }
"""


def page(presence: Presence, figures: Sequence[Figure], machine: str) -> str:
    """Return the page as HTML."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [
        "<h1>Local detection, measured</h1>",
        f'<p class="quiet">{escape(now)}. {escape(machine)}. Command: <code>make bench ARGS=detection</code></p>',
        "<p>What is missed is missed for somebody: the share of faces that are not found, for each group of FairFace "
        "(its own labels) and in two lights, with 95 % intervals (Wilson). Dashed: 0.5 %, the most for a group.</p>",
    ]
    for light in LIGHTS:
        parts += [f"<h2>Faces missed, {escape(light)} light</h2>", _missed(presence, light)]
    voice = [f for f in figures if f["unit"] == "F1"]
    calm = [f for f in figures if f["name"].startswith("incidents")]
    cost = [f for f in figures if f["unit"] in {"CPU-ms", "% of a core", "MB"}]
    parts += [
        "<h2>Speech found</h2>",
        "<p>F1 score on two labelled meetings, clean and in made noise, beside Silero's own onnx model.</p>",
        _bars(voice, 1.0, 3),
        "<h2>False incidents</h2>",
        "<p>Where nothing happens, nothing may be marked.</p>",
        _table(calm),
        "<h2>Cost</h2>",
        "<p>Both measured in turn, each time in a fresh process; medians. Shorter is better.</p>",
        "".join(_bars([f], None, 2) for f in cost),
        "<h2>Everything measured</h2>",
        _table(figures),
    ]
    head = f'<meta charset="utf-8"><title>Local detection, measured</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def _missed(presence: Presence, light: str) -> str:
    series = {name: rows for name in (OURS, MEDIAPIPE, HAAR) if (rows := presence.of(name, light))}
    groups = [row.group for row in series[OURS]]
    top, bottom = 34, 34 + _ROW * len(groups)
    drawn = [_line(_at(tick), top, _at(tick), bottom, "grid") for tick in _TICKS]
    drawn += [_text(_at(tick), bottom + 18, f"{tick:g} %", "tick", "middle") for tick in _TICKS]
    drawn.append(_line(_at(0.5), top, _at(0.5), bottom, "limit"))
    for number, name in enumerate(series):
        drawn.append(f'<circle class="{_CLASS[name]}" cx="{_LABELS + 6 + number * 235}" cy="12" r="4.5"/>')
        drawn.append(_text(_LABELS + 18 + number * 235, 16, name, ""))
    for number, group in enumerate(groups):
        middle = top + _ROW * number + _ROW / 2
        drawn.append(_text(_LABELS - 12, middle + 4, "all groups" if group == "all" else group, "", "end"))
        for place, (name, rows) in enumerate(series.items()):
            drawn.append(_interval(rows[number], middle + (place - 1) * _STEP, _CLASS[name]))
    return _svg(drawn, bottom + 28, f"Faces missed by group, {light} light")


def _interval(row: Missed, y: float, kind: str) -> str:
    low, high = row.interval
    says = f"{row.detector}, {row.group}: {row.missed} of {row.of} missed, {row.percent:.2f} % ({low:.2f}-{high:.2f})"
    dot = f'<circle class="{kind}" cx="{_at(row.percent):.1f}" cy="{y:.1f}" r="4.5"/>'
    value = _text(_at(high) + 8, y + 4, f"{row.percent:.1f} %", kind)
    return f"<g><title>{escape(says)}</title>{_line(_at(low), y, _at(high), y, kind)}{dot}{value}</g>"


def _at(percent: float) -> float:
    """Small shares are what matters: the axis is that of their roots."""
    return _LABELS + (_WIDTH - _LABELS - _END) * math.sqrt(min(percent, _MOST) / _MOST)


def _bars(figures: Sequence[Figure], most: float | None, digits: int) -> str:
    drawn, y, label_width = [], 8.0, 330
    values = [v for f in figures for v in (f["value"], f["peer_value"]) if v is not None]
    scale = (_WIDTH - label_width - 245) / (most or max([*values, 1e-9]))
    for f in figures:
        drawn.append(_text(label_width - 12, y + 16, f["name"], "", "end"))
        pairs = (("ours", f["value"], OURS), ("known", f["peer_value"], f["peer"] or ""))
        for kind, value, who in pairs:
            if value is None:
                continue
            drawn.append(
                f'<rect class="{kind}" x="{label_width}" y="{y:.0f}" width="{value * scale:.1f}" height="11"/>'
            )
            shown = f"{value:.{digits}f}" + ("" if f["unit"] == "F1" else f" {f['unit']}")
            drawn.append(_text(label_width + value * scale + 8, y + 10, f"{shown}  {who.split(' FaceMesh')[0]}", kind))
            y += 15
        y += 12
    return _svg(drawn, y, ", ".join(f["name"] for f in figures))


def _table(figures: Iterable[Figure]) -> str:
    rows = []
    for f in figures:
        here, peer = (("" if f[key] is None else f"{f[key]:,.2f} {f['unit']}") for key in ("value", "peer_value"))
        ratio = "" if f["ratio"] is None else f"{f['ratio']:.2f}"
        inset = ' style="padding-left:1.2rem"' if f["name"].startswith(" ") else ""
        rows.append(
            f"<tr><td{inset}>{escape(f['name'].strip())}</td>"
            f'<td class="number">{here}</td><td class="number">{peer}</td>'
            f'<td class="number">{ratio}</td><td>{escape(f["peer"] or "")}</td><td>{escape(f["goal"])}</td></tr>'
        )
    head = '<th>what</th><th class="number">here</th><th class="number">peer</th><th class="number">ratio</th>'
    return f"<table><tr>{head}<th>peer is</th><th>goal</th></tr>{''.join(rows)}</table>"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(drawn: Iterable[str], height: float, says: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(says)}">{"".join(drawn)}</svg>'
