"""Sphinx's settings for gradplot's own documentation; `make site` builds it."""

from sphinx.application import Sphinx

from gradplot import __version__

project = "gradplot"
author = "the gradplot authors"
copyright = author
version = release = __version__
extensions = ["gradplot.sphinx", "myst_parser", "sphinx.ext.autodoc"]
html_theme = "furo"
html_title = "gradplot"
html_show_copyright = html_show_sphinx = False
html_static_path, html_css_files = ["_static"], ["site.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8c1d4f", "color-brand-content": "#8c1d4f"},
    "dark_css_variables": {"color-brand-primary": "#f29bb8", "color-brand-content": "#f29bb8"},
}
# The page's own background shows through; curves fill their column.
gradplot_defaults = {"transparent": True, "size": "10x5.6"}
myst_heading_anchors = 3
toc_object_entries = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-docstring", take_bars_for_bars)


def take_bars_for_bars(
    app: Sphinx, what: str, name: str, object: object, options: object, lines: list[str]
) -> None:
    """To reStructuredText |dy/dx| is a substitution; to the code's authors it is a size."""
    # Every second part stands between double backquotes.
    for number, line in enumerate(lines):
        parts = line.split("``")
        parts[::2] = [part.replace("|", "\\|") for part in parts[::2]]
        lines[number] = "``".join(parts)
