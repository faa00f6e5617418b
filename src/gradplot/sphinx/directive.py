"""The directive: words on a page, as one would type them, become a picture and its numbers."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from gradplot.cli.words import read
from gradplot.errors import InputError
from gradplot.sphinx.complaint import complain
from gradplot.sphinx.findings import to_nodes
from gradplot.sphinx.placing import UNDER, Picture, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradplot.spec.figure import FigureSpec

_ALIGN = ("left", "center", "right")


class GradplotDirective(SphinxDirective):  # type: ignore[misc]
    """``.. gradplot:: tanh --depths 1 2 3``: the figure that ``gradplot tanh ...`` draws."""

    optional_arguments = 1  # not required: docutils has an error of its own for that
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], object]] | None] = {
        "alt": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "width": directives.length_or_percentage_or_unitless,
        "align": lambda text: directives.choice(text, _ALIGN),
        "class": directives.class_option,
        "name": directives.unchanged_required,
        "table": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """The picture, in a figure with its caption, and the findings where they are asked for."""
        try:
            return self._figure()
        except Exception as error:
            complain(error, location=self.get_location())
            return []

    def _figure(self) -> list[nodes.Node]:
        request = read(
            split(" ".join(self.arguments)),
            folder=str(Path(self.env.doc2path(self.env.docname)).parent),
            defaults=self.config.gradplot_defaults,
        )
        for file in request.files:
            self.env.note_dependency(file)
        spec = request.spec
        check_still(spec)
        if "alt" in self.options:
            spec = replace(spec, alt=" ".join(self.options["alt"].split()))
        place, chosen = place_of(self.env), "theme" in request.given
        said, *_ = [place.drawn(one) for one in place.themed(spec, chosen=chosen)]
        picture = Picture("", spec=spec, chosen=chosen, alt=said.alt)
        self.set_source_info(picture)
        if "width" in self.options:
            picture["width"] = self.options["width"]
        outer = self._captioned(picture) if "caption" in self.options else picture
        outer["classes"] += self.options.get("class", [])
        if "align" in self.options:
            outer["align"] = self.options["align"]
        self.add_name(outer)
        if "table" not in self.options:
            return [outer]
        floats = self.options.get("align") in ("left", "right")
        return [outer, *to_nodes(said.report, classes=[UNDER] if floats else [])]

    def _captioned(self, picture: Picture) -> nodes.figure:
        text = self.options["caption"]
        words, messages = self.parse_inline(text, lineno=self.lineno)
        caption = nodes.caption(text, "", *words)
        self.set_source_info(caption)  # without it a caption cannot be translated
        figure = nodes.figure("", picture, caption, *messages)
        self.set_source_info(figure)
        return figure


def split(text: str) -> list[str]:
    """The words of a command, quoted as in a shell, on one line or several; nothing is expanded.

    Raises InputError for a quotation that does not end, and for a backslash with nothing after it.
    """
    try:
        return shlex.split(re.sub(r"\\\n\s*", " ", text))
    except ValueError as error:
        wrong = (
            "has a quotation that does not end; end it"
            if "quotation" in str(error)
            else "ends in a backslash; leave it out"
        )
        raise InputError("activation", f"{text!r} {wrong}") from None


def check_still(spec: FigureSpec) -> None:
    """Raise InputError for what moves or is played with, whatever the builder shows."""
    if spec.page is not None:
        raise InputError("slide", "makes a page of its own, in the shell; leave it out here")
    motion = spec.motion
    if motion is not None and not motion.last:
        key = "animate" if motion.parameter else "loop" if motion.loop else "seconds"
        raise InputError(key, "a page shows a still; add --frame last, or leave it out")
