"""The page as one file of HTML that asks nobody for anything.

Its Content-Security-Policy allows its own style and script by their hashes, and images that are
part of the page; nothing else, so nothing can be loaded or sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Callable, Iterable
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gradplot.analysis.findings import LN10
from gradplot.output.freshness import fingerprint
from gradplot.output.page.still import still
from gradplot.output.page.stops import Proven, Stops, compute, stops_of
from gradplot.output.picture.look.theme import PALETTES, colors, legible, widths
from gradplot.output.report.curves import words
from gradplot.output.report.digits import number_text, power_text
from gradplot.output.report.network import written_out
from gradplot.output.report.text import typeset
from gradplot.spec.functions import ChainSpec

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradplot.analysis.curves import Analysed
    from gradplot.analysis.findings import Findings, Supremum
    from gradplot.output.picture.look.theme import Palette
    from gradplot.spec.figure import FigureSpec

#: Digits of a peak's value in the picture; the table below it has all that are proven.
FEW_DIGITS = 4
#: Letters beyond which it is told as a power of ten.
SHORT = 8


def images(
    spec: FigureSpec,
    analysed: Analysed,
    *,
    formats: Iterable[str],
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[str, bytes]:
    """The page of ``spec`` as "html".

    Raises InputError for sliders with too many stops and for networks too deep to be drawn live.
    """
    stops_of(spec)  # what cannot be is refused before anything is computed
    found = compute(spec, executor=executor, progress=progress or (lambda share: None))
    text = _page(spec, analysed, found)
    return dict.fromkeys(formats, text.encode())


#: In the order in which they build on one another.
SCRIPTS = ("activations.js", "network.js", "drawing.js", "page.js")


def _page(spec: FigureSpec, analysed: Analysed, stops: Stops) -> str:
    count = len(analysed.findings.rows)
    title = words.title(spec)
    alt = words.alt_text(spec, analysed.findings)
    style = _file("page.css") + _theme_rules(spec, count)
    # One scope, as of modules, which a page opened from a file may not have.
    script = "(() => {\n" + "".join(map(_file, SCRIPTS)) + "})();\n"
    policy = (
        "default-src 'none'; img-src data:; "
        f"style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "fingerprint": fingerprint(spec, "html"),
        "policy": escape(policy),
        "title": escape(title or "gradplot"),
        "alt": escape(alt),
        "heading": escape(_heading(spec)),
        "style": style,
        "script": script,
        "still": still(spec, analysed, title=title, alt=alt),
        "rows": _rows(analysed.findings),
        "x_range": escape(_x_range(spec)),
        "data": _as_json(_data(spec, stops)),
    }
    text = _file("page.html")
    for name in parts:
        text = text.replace(f"<!--{name}-->", f"\0{name}\0")
    pieces = text.split("\0")  # each part once, whatever words it has inside
    return "".join(parts[p] if k % 2 else p for k, p in enumerate(pieces))


def _file(name: str) -> str:
    return files("gradplot.output.page").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_json(data: dict[str, Any]) -> str:
    """JSON that no text in it can get out of."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _heading(spec: FigureSpec) -> str:
    """The spec's own title, or the network with letters for what has a slider."""
    assert isinstance(spec.function, ChainSpec)
    own = words.title(spec) if spec.title else ""
    return own or written_out(spec.function, ("weight", "bias"))


def _x_range(spec: FigureSpec) -> str:
    return " to ".join(map(typeset, spec.x_range))


def _rows(findings: Findings) -> str:
    """The table of the still: what is proven of every depth."""
    cells = ((str(row.depth), _said(row.supremum), _place(row.supremum)) for row in findings.rows)
    return "".join(
        f'<tr><th scope="row">{escape(depth)}</th><td>{escape(slope)}</td><td>{escape(x)}</td></tr>'
        for depth, slope, x in cells
    )


def _said(supremum: Supremum, digits: int | None = None) -> str:
    ends = supremum.lower, supremum.upper
    text = number_text(*ends) if digits is None else number_text(*ends, digits=digits)
    return text.replace("-", "−")


def _said_shortly(supremum: Supremum) -> str:
    """What stands beside the picture, where a phone has room for eight letters."""
    text = _said(supremum, FEW_DIGITS)
    if len(text) <= SHORT or "^" in text:
        return text
    return min(text, power_text(supremum.lower, supremum.upper).replace("-", "−"), key=len)


def _place(supremum: Supremum) -> str:
    return "" if supremum.x is None else typeset(supremum.x)


def _data(spec: FigureSpec, stops: Stops) -> dict[str, Any]:
    """All that the script knows, as JSON's own types."""
    function = spec.function
    assert isinstance(function, ChainSpec)
    return {
        "activation": function.activation,
        "parameters": [value for _, value in function.parameters],
        "inputBias": function.input_bias,
        "x": list(spec.x_range),
        "xText": _x_range(spec),
        "depths": list(function.depths),
        "panels": spec.panels,
        "value": list(stops.value),
        "slope": list(stops.slope),
        "widths": [round(width, 4) for width in widths(len(function.depths), 1.0)],
        "verdicts": words.VERDICTS,
        "weight": {"own": function.weight[0], "stops": list(stops.weights)},
        "bias": {"own": function.bias[0], "stops": list(stops.biases)},
        "proven": [[_proven(each, spec.x_range) for each in row] for row in stops.proven],
    }


def _proven(found: Proven, x_range: tuple[float, float]) -> list[list[Any]]:
    """A depth each: all proven digits, few of them, x, log10 of the height, the verdict.

    The last digits of x and of the height would be half of the page, and nobody sees them.
    """
    return [
        [
            _said(supremum),
            _said_shortly(supremum),
            _short(supremum.x, x_range),
            round(supremum.lower / LN10, 4) if math.isfinite(supremum.lower) else None,
            verdict,
        ]
        for supremum, verdict in zip(found.suprema, found.verdicts, strict=True)
    ]


def _short(x: float | None, x_range: tuple[float, float]) -> float | None:
    """x in the digits that the table shows, or all of them in a narrow range."""
    low, high = x_range
    narrow = high - low < 1e-3 * max(abs(low), abs(high))
    return x if x is None or narrow else float(f"{x:.9g}")


def _theme_rules(spec: FigureSpec, count: int) -> str:
    """Colours of the page and of each curve; the reader's own choice, unless the figure is dark."""
    rules = _rules(PALETTES[spec.theme], colors(spec.theme, count))
    if spec.theme == "light":
        dark = _rules(PALETTES["dark"], colors("dark", count))
        rules += f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"
    light = _rules(PALETTES["light"], colors("light", count))
    return f"{rules}@media print {{\n{light}}}\n"


def _rules(palette: Palette, shades: list[str]) -> str:
    scheme = "light" if palette is PALETTES["light"] else "dark"
    lines = [
        f":root {{ color-scheme: {scheme}; --background: {palette.background}; "
        f"--text: {palette.text}; --muted: {palette.muted}; --grid: {palette.grid}; "
        f"--axis: {palette.axis}; --accent: {legible(palette.ramp[1], palette.background)} }}"
    ]
    for k, shade in enumerate(shades):
        lines.append(f".k{k} {{ stroke: {shade} }}")
        lines.append(f".d{k} {{ fill: {shade} }}")
        lines.append(f".t{k} {{ fill: {legible(shade, palette.background)} }}")
    return "\n".join(lines) + "\n"
