"""The directive: words on a page, as one would type them, become a picture and its numbers."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from gradplot.cli.boundary import sentence
from gradplot.cli.words import read
from gradplot.errors import InputError
from gradplot.sphinx.findings import to_nodes
from gradplot.sphinx.placing import Picture, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

_ALIGN = ("left", "center", "right")
logger = logging.getLogger(__name__)


class GradplotDirective(SphinxDirective):  # type: ignore[misc]
    """``.. gradplot:: tanh --depths 1 2 3``: the figure that ``gradplot tanh ...`` draws."""

    required_arguments = 1
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
            said = sentence(error)
            if said is None:
                raise
            logger.warning("gradplot: %s", said, location=self.get_location(), type="gradplot")
            return []

    def _figure(self) -> list[nodes.Node]:
        request = read(
            split(self.arguments[0]),
            folder=str(Path(self.env.doc2path(self.env.docname)).parent),
            defaults=self.config.gradplot_defaults,
        )
        for file in request.files:
            self.env.note_dependency(file)
        spec = request.spec
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
        return [outer, *(to_nodes(said.report) if "table" in self.options else [])]

    def _captioned(self, picture: Picture) -> nodes.figure:
        words, messages = self.parse_inline(self.options["caption"], lineno=self.lineno)
        figure = nodes.figure("", picture, nodes.caption("", "", *words), *messages)
        self.set_source_info(figure)
        return figure


def split(text: str) -> list[str]:
    """The words of a command, quoted as in a shell, on one line or several; nothing is expanded.

    Raises InputError for a quotation that does not end.
    """
    try:
        return shlex.split(re.sub(r"\\\n\s*", " ", text))
    except ValueError:
        raise InputError("words", f"{text!r} has a quotation that does not end; end it") from None
