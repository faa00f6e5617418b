"""A TOML manifest read into figures, all of it checked before anything is drawn."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from gradplot.batch.manifest.keys import cure, figure_keys
from gradplot.batch.manifest.lines import Lines
from gradplot.batch.manifest.matrix import MAX_FIGURES, combinations, fill, shown
from gradplot.batch.manifest.sections import check_keys, check_matrix, settle
from gradplot.errors import InputError, ManifestError
from gradplot.output.freshness import is_fresh
from gradplot.reading.figure import figure_spec
from gradplot.reading.formats import check_formats, image_format
from gradplot.reading.values import style, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gradplot.spec.figure import FigureSpec

#: More problems than this help nobody to mend a manifest.
MAX_PROBLEMS = 20
_TOP_LEVEL = ("defaults", "figure", "folder")


@dataclass(frozen=True, slots=True)
class Output:
    """One image of a figure: its name in the manifest, its path, its format."""

    name: str
    path: str
    format: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a manifest, ready to be drawn.

    ``place`` is where it stands there, and ``style`` the path of its style sheet, if it has one.
    """

    place: str
    spec: FigureSpec
    outputs: tuple[Output, ...]
    style: str | None = None


def load(path: str | Path) -> list[Figure]:
    """The figures of the manifest at ``path``; raises ManifestError with all that is wrong."""
    name = os.fspath(path)
    try:
        with open(name, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(
            f"{name}: cannot be read: {reason}; to start one: gradplot batch --init {name}"
        ) from None
    return parse(data, name=name, folder=os.path.dirname(name) or ".")


def parse(data: bytes, *, name: str, folder: str = ".") -> list[Figure]:
    """The figures of a manifest's bytes; ``folder`` is where its relative paths start."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ManifestError(
            f"{name}:{line}: byte 0x{data[error.start]:02x} is not UTF-8; save it as UTF-8"
        ) from None
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ManifestError(f"{name}: nested too deeply to be a manifest") from None
    except ValueError as error:
        place = re.search(r"at line (\d+)", str(error))
        where = f"{name}:{place[1]}" if place else name
        raise ManifestError(f"{where}: not TOML: {error}") from None
    return _Reader(name, folder, Lines(text)).figures(document)


class _Reader:
    """Reads one document and collects what is wrong with it."""

    def __init__(self, name: str, folder: str, lines: Lines) -> None:
        self.name, self.folder, self.lines = name, folder, lines
        self.problems: list[str] = []
        #: Reads each style sheet once, however many figures have it.
        self.read_style = cache(style)
        #: The place and name of the output at each real path.
        self.taken: dict[str, tuple[str, str]] = {}

    def figures(self, document: Mapping[str, Any]) -> list[Figure]:
        found: list[Figure] = []
        try:
            defaults, sections, root = self.frame(document)
        except InputError as error:
            raise ManifestError(self.located(error)) from None
        try:
            check_keys(defaults, allow_matrix=False)
        except InputError as error:
            self.problems.append(self.located(error, section="defaults"))
        if not self.problems:
            for number, section in enumerate(sections, 1):
                self.section(section, number, defaults=defaults, root=root, found=found)
        if self.problems:
            more = len(self.problems) - MAX_PROBLEMS
            rest = [f"{self.name}: and {more} more like these"] if more > 0 else []
            raise ManifestError("\n".join([*self.problems[:MAX_PROBLEMS], *rest]))
        return found

    def frame(self, document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Any], str]:
        """The defaults, the figure sections, and the folder of the outputs."""
        for key in document:
            if key not in _TOP_LEVEL:
                where = "put it under [defaults] or a [[figure]]"
                advice = where if key in figure_keys() else cure(key, _TOP_LEVEL)
                raise InputError(key, f"unknown at the top of a manifest; {advice}")
        defaults, sections = document.get("defaults", {}), document.get("figure", [])
        if not isinstance(defaults, dict):
            raise InputError("defaults", f"{shown(defaults)} is not a table; write [defaults]")
        if not isinstance(sections, list) or not all(isinstance(each, dict) for each in sections):
            raise InputError("figure", "not a list of tables; write each figure as [[figure]]")
        if not sections:
            raise InputError("figure", "there is none; write each figure as [[figure]]")
        root = document.get("folder", ".")
        if not isinstance(root, str) or "\0" in root:
            raise InputError("folder", f'{shown(root)} is not a folder; write it as in "../static"')
        return defaults, sections, os.path.normpath(os.path.join(self.folder, root))

    def section(
        self,
        section: dict[str, Any],
        number: int,
        *,
        defaults: Mapping[str, Any],
        root: str,
        found: list[Figure],
    ) -> None:
        """Add the figures of one section, or its first problem."""
        place = f"figure {number}"
        try:
            check_keys(section)
            matrix = section.pop("matrix", None)
            if matrix is None:
                found.append(self.figure(place, settle(section, defaults), root))
                return
            check_matrix(matrix, section)
            for chosen in combinations(matrix):
                combined = ", ".join(f"{key} = {shown(value)}" for key, value in chosen.items())
                place = f"figure {number} ({combined})"
                found.append(self.figure(place, settle({**section, **chosen}, defaults), root))
                if len(found) > MAX_FIGURES:
                    raise InputError("matrix", f"more than {MAX_FIGURES} figures in a manifest")
        except InputError as error:
            self.problems.append(self.located(error, section="figure", number=number, place=place))

    def figure(self, place: str, values: Mapping[str, Any], root: str) -> Figure:
        if "output" not in values:
            raise InputError("output", 'missing; name the image, as in output = "relu.svg"')
        outputs = tuple(self.outputs(place, values, root))
        spec = figure_spec(
            values,
            folder=self.folder,
            read_style=self.read_style,
            # What is on disk has been drawn, and what has been drawn is right; reading a thousand
            # formulas takes longer than all the rest.
            proven=lambda spec: all(is_fresh(spec, output.path) for output in outputs),
        )
        check_formats(spec, [output.format for output in outputs])
        sheet = os.path.join(self.folder, values["style"]) if "style" in values else None
        return Figure(place, spec, outputs, sheet)

    def outputs(self, place: str, values: Mapping[str, Any], root: str) -> Iterator[Output]:
        for template in words(values["output"]):
            name = fill(str(template), values)
            format = image_format(name)
            path = os.path.normpath(os.path.join(root, name))
            if "\0" in name:
                raise InputError("output", f"{name!r} holds a null character; leave it out")
            if os.path.isabs(name) or (".." in name and os.path.normpath(name).startswith("..")):
                raise InputError(
                    "output",
                    f'"{name}" is outside the folder of the outputs; '
                    'write folder = "…" at the top of the manifest to move that folder',
                )
            real = real_path(path)
            if real in self.taken:
                other, its_name = self.taken[real]
                raise InputError("output", self.collision(name, its_name, other, place))
            self.taken[real] = place, name
            yield Output(name, path, format)

    @staticmethod
    def collision(name: str, its_name: str, other: str, place: str) -> str:
        alias = "" if its_name == name else f' (as "{its_name}")'
        if other == place:
            return f'"{name}" is named twice{alias}; name it once'
        cure = "give each its own name"
        if "(" in place:
            cure += ", with a {placeholder} for every key of the matrix"
        return f'"{name}" is also the output of {other}{alias}; {cure}'

    def located(
        self, error: InputError, *, section: str = "", number: int = 0, place: str = ""
    ) -> str:
        line = self.lines.find(section, number, key=error.key)
        where = f"{self.name}:{line}" if line else self.name
        return f"{where}: {place or section}{': ' if place or section else ''}{error}"


def real_path(path: str) -> str:
    """The path with its links resolved; raises InputError for a folder.

    As os.path.realpath, but a folder is resolved once for all the files in it.
    """
    folder, name = os.path.split(path)
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        mode = 0
    if stat.S_ISDIR(mode):
        raise InputError("output", f'"{path}" is a folder; name a file in it')
    if stat.S_ISLNK(mode):
        return os.path.realpath(path)
    return os.path.join(_real_folder(folder), name)


@cache
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)
