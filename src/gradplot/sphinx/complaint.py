"""A user's mistake on a page: Sphinx's warning, with the sentence that the shell would say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util import logging

from gradplot.batch.manifest.keys import figure_keys
from gradplot.cli.boundary import in_our_form, sentence
from gradplot.errors import InputError

if TYPE_CHECKING:
    from docutils import nodes

#: Keys that are no options: what is drawn is told by the first word, and by formulas.
_NO_OPTIONS = ("activation", "formula")
logger = logging.getLogger(__name__)


def complain(error: Exception, *, location: nodes.Node | str) -> None:
    """Warn of ``error`` at ``location``; raise it again where it is nobody's mistake."""
    said = sentence(error)
    if said is None:
        raise error
    if isinstance(error, InputError):
        # In the shell the command itself names its option; a picture is drawn after it was read.
        name = error.key.split()[0]
        if name in figure_keys() and name not in _NO_OPTIONS:
            said = f"--{name}: {in_our_form(error.message)}"
    logger.warning("gradplot: %s", said, location=location, type="gradplot")
