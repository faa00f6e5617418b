"""The JSON Schema of a manifest, made from the keys and the specs, for editors."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from gradplot.batch.manifest.keys import Key, figure_keys
from gradplot.spec.figure import SIZES, FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec, PointSpec
from gradplot.spec.map import MapSpec

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema as JSON's own types."""
    keys = figure_keys()
    figure = {name: property_of(name, key) for name, key in keys.items()}
    lists = {
        name: {"type": "array", "items": key.kind.schema, "minItems": 1}
        for name, key in keys.items()
        if name != "output"
    }
    matrix = {
        "description": "one figure for every combination of these values",
        "type": "object",
        "properties": lists,
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {
        "$schema": _DIALECT,
        "title": "gradplot manifest",
        "description": "the figures that `gradplot batch` draws",
        "type": "object",
        "properties": {
            "folder": {
                "description": "where the outputs go, relative to the manifest",
                "type": "string",
                "default": ".",
            },
            "defaults": {
                "description": "values for every figure that does not give its own",
                "type": "object",
                "properties": figure,
                "additionalProperties": False,
            },
            "figure": {
                "description": "the figures",
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "properties": {**figure, "matrix": matrix},
                    "additionalProperties": False,
                },
            },
        },
        "required": ["figure"],
        "additionalProperties": False,
    }


def to_json() -> str:
    """The schema as text."""
    return json.dumps(schema(), indent=2) + "\n"


def property_of(name: str, key: Key) -> dict[str, Any]:
    """One key's schema, with what it is for and its default."""
    found: dict[str, Any] = {"description": key.purpose, **key.kind.schema}
    default = default_of(name, key)
    return found if default is None else {**found, "default": default}


def default_of(name: str, key: Key) -> Any:
    """The default of the specs' field that the key fills, as the manifest would say it."""
    if name == "size":
        return next(size for size, sides in SIZES.items() if sides[:2] == _defaults()["size"])
    if key.field == "":
        return None
    if key.field is not None and key.kind.schema.get("type") != "boolean":
        return None
    value = False if key.field is not None else _defaults().get(name.replace("-", "_"))
    if isinstance(value, tuple):
        return (value[0] if len(value) == 1 else list(value)) if value else None
    return value


def _defaults() -> dict[str, Any]:
    return {
        each.name: each.default
        for kind in (MapSpec, FigureSpec, ChainSpec, FormulaSpec, PointSpec)
        for each in dataclasses.fields(kind)
        if each.default is not dataclasses.MISSING
    }
