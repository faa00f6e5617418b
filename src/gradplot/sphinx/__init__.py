"""Figures in Sphinx: ``extensions = ["gradplot.sphinx"]``, then ``.. gradplot:: tanh``.

A thin front door: words are read by the command line's own commands, pictures and numbers come by
``rendering``, and what was drawn before is not drawn again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from gradplot.output.freshness import fingerprint
from gradplot.output.picture.traced.latex import SIGNS
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec
from gradplot.sphinx.directive import GradplotDirective
from gradplot.sphinx.placing import Picture, PlacePictures, check_config, note_place
from gradplot.version import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

_STYLE_SHEET = "gradplot.css"

#: What Sphinx begins for the containers of a class: a table of many columns is set small.
_LATEX_CLASSES = (
    r"\newenvironment{sphinxclassgradplot-wide}"
    r"{\par\scriptsize\setlength{\tabcolsep}{3pt}}{\par}"
    "\n"
)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive with Sphinx."""
    app.add_config_value("gradplot_themes", None, "env", types=(str, type(None)))
    app.add_config_value("gradplot_defaults", {}, "env", types=(dict,))
    app.add_directive("gradplot", GradplotDirective)
    app.add_node(Picture)
    app.add_post_transform(PlacePictures)
    app.add_css_file(_STYLE_SHEET)
    app.connect("config-inited", check_config)
    app.connect("config-inited", _offer_style_sheet)
    app.connect("config-inited", _teach_latex)
    app.connect("builder-inited", note_place)
    any_figure = FigureSpec(function=ChainSpec(activation="relu"))
    drawn_by = hashlib.sha256(fingerprint(any_figure).encode()).digest()
    return {
        "version": __version__,
        # Pages are read again where another gradplot, matplotlib or numpy would draw them.
        "env_version": int.from_bytes(drawn_by[:6]) + 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _offer_style_sheet(_: Sphinx, config: Config) -> None:
    # Before the settings are held against those of the last build, which had it as well.
    config.html_static_path = [
        *config.html_static_path,
        str(Path(__file__).with_name("static")),
    ]


def _teach_latex(_: Sphinx, config: Config) -> None:
    """Declare the signs to pdflatex, which the other engines know, and how wide tables are set."""
    declared = "".join(
        f"\\DeclareUnicodeCharacter{{{ord(sign):04X}}}{{{tex}}}\n" for sign, tex in SIGNS.items()
    )
    preamble = f"\\ifdefined\\DeclareUnicodeCharacter\n{declared}\\fi\n{_LATEX_CLASSES}"
    # Before the page's own, which may declare them otherwise.
    config.latex_elements["preamble"] = preamble + config.latex_elements.get("preamble", "")
