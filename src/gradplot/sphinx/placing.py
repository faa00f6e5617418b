"""Which pictures stand on a page: one or two by the themes, in the format that the builder takes.

A page is read once for all builders. So it holds a placeholder, and each builder puts pictures of
its own kind in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.transforms.post_transforms import SphinxPostTransform

from gradplot.batch.manifest.keys import cure, figure_keys
from gradplot.spec.figure import FigureSpec, Theme
from gradplot.sphinx.complaint import complain
from gradplot.sphinx.pictures import drawn, picture_path

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

    from gradplot.sphinx.pictures import Said

#: What ``gradplot_themes`` may be, and the pictures it stands for.
THEMES: dict[str, tuple[str, ...]] = {
    "light": ("light",),
    "dark": ("dark",),
    "both": ("light", "dark"),
    "auto": ("auto",),
}
#: HTML themes whose pages can turn dark, and tell so by an attribute data-theme.
_TURNING = ("furo", "pydata_sphinx_theme", "sphinx_book_theme")
#: Keys of a manifest that say which figure, not how it looks.
_OWN_WORDS = ("activation", "formula", "output")
#: The class of findings under a picture that text flows around.
UNDER = "gradplot-under"
_MEDIA = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}


class Picture(nodes.General, nodes.Element):  # type: ignore[misc]
    """Where pictures of ``spec`` will stand; ``chosen`` is whether its theme was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the pages of one build ask of pictures."""

    #: Sphinx's folder of doctrees.
    folder: Path
    #: None where pages show no pictures.
    format: str | None
    themes: tuple[str, ...]

    def themed(self, spec: FigureSpec, *, chosen: bool) -> list[FigureSpec]:
        """``spec`` in each theme that the pages need, the one it has where it was chosen.

        What follows its page is an SVG; in another format it is light.
        """
        if chosen and (self.format == "svg" or str(spec.theme) != "auto"):
            return [spec]
        return [replace(spec, theme=cast("Theme", theme)) for theme in self.themes]

    def drawn(self, spec: FigureSpec) -> Said:
        """What is said of ``spec``, once its picture for these pages is there."""
        return drawn(spec, self.folder, formats=[self.format] if self.format else [])


def note_place(app: Sphinx) -> None:
    """Keep what this build asks for, where the reading and the writing of pages find it."""
    format = _format(app.builder)
    themes = THEMES["light"]
    if format == "svg":
        turning = app.config.html_theme in _TURNING
        themes = THEMES[app.config.gradplot_themes or ("both" if turning else "light")]
    place = Place(folder=Path(app.doctreedir), format=format, themes=themes)
    app.env.gradplot_place = place


def place_of(env: BuildEnvironment) -> Place:
    """What this build asks for."""
    return cast("Place", env.gradplot_place)


def _format(builder: Builder) -> str | None:
    """The format that suits a builder best; None where it shows no pictures."""
    on_screen = builder.format == "html" and builder.name != "epub"
    order = ("svg", "png") if on_screen else ("pdf", "png", "svg")
    return next((name for name in order if _MEDIA[name] in builder.supported_image_types), None)


class PlacePictures(SphinxPostTransform):  # type: ignore[misc]
    """Put pictures in the place of each placeholder."""

    default_priority = 5  # before whatever looks at images

    def run(self, **_: Any) -> None:
        """Draw what is missing, and name each picture to Sphinx, which copies it."""
        for node in list(self.document.findall(Picture)):
            try:
                node.replace_self(self._images(node))
            except Exception as error:
                complain(error, location=node)
                node.replace_self([])
        if self.app.builder.format == "latex":
            # Text flows around a figure at the side, but a table would lie on it.
            for under in self.document.findall(_is_under):
                figure = under.parent[under.parent.index(under) - 1]
                if isinstance(figure, nodes.figure):
                    figure.attributes.pop("align", None)

    def _images(self, node: Picture) -> list[nodes.Node]:
        place = place_of(self.env)
        specs = place.themed(node["spec"], chosen=node["chosen"])
        if place.format is None:
            return [self._image(node, "")]
        images = []
        for spec in specs:
            place.drawn(spec)
            path = picture_path(spec, place.folder, place.format).as_posix()
            self.env.images.add_file(self.env.docname, path)
            images.append(self._image(node, path))
        if len(images) == 1:
            return [*images]
        for image, spec in zip(images, specs, strict=True):
            image["ids"] = []
            image["classes"] += [f"gradplot-{spec.theme}"]
        # A link cannot lead to what is hidden.
        return [*([nodes.target("", "", ids=node["ids"])] if node["ids"] else []), *images]

    def _image(self, node: Picture, path: str) -> nodes.image:
        image = nodes.image("", uri=path, candidates={"*": path}, alt=node["alt"])
        for name in ("width", "align"):
            if name in node:
                image[name] = node[name]
        image["classes"] = list(node["classes"])
        image["ids"], image["names"] = list(node["ids"]), list(node["names"])
        image.source, image.line = node.source, node.line
        return image


def _is_under(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and UNDER in node["classes"]


def check_config(_: Sphinx, config: Config) -> None:
    """Raise ConfigError for settings that cannot be meant."""
    themes = config.gradplot_themes
    if themes is not None and themes not in THEMES:
        known = ", ".join(map(repr, THEMES))
        raise ConfigError(f"gradplot_themes: {themes!r} is not one of {known}")
    keys = [key for key in figure_keys() if key not in _OWN_WORDS]
    for key, value in config.gradplot_defaults.items():
        if key not in keys:
            raise ConfigError(f"gradplot_defaults: {key!r} is no option; {cure(key, keys)}")
        kind = figure_keys()[key].kind
        if not kind.accepts(value):
            raise ConfigError(f"gradplot_defaults: {key} is {value!r}; give {kind.words}")
