"""The JSON Schema for editors: in step with the specs, the command line, and the reader."""

from __future__ import annotations

import dataclasses
import json
import tomllib

import pytest

from gradplot.batch import parse
from gradplot.batch.manifest.keys import figure_keys
from gradplot.batch.manifest.schema import schema, to_json
from gradplot.batch.manifest.starter import STARTER
from gradplot.cli.activation import command_for
from gradplot.cli.app import app
from gradplot.functions.activations.table import ACTIVATIONS
from gradplot.spec.figure import FigureSpec
from gradplot.spec.functions import ChainSpec, FormulaSpec, PointSpec
from gradplot.spec.map import MapSpec

#: Options of a figure's command that say nothing about the figure itself.
NOT_THE_FIGURES = {
    "format", "no-clobber", "if-changed", "no-plot", "preview", "json", "csv", "quiet",
    "help", "version", "jobs", "scheduler",
}  # fmt: skip


def figure_schema():
    return schema()["properties"]["figure"]["items"]


def test_every_field_of_the_specs_has_a_key():
    filled = {
        key.field if key.field is not None else name.replace("-", "_")
        for name, key in figure_keys().items()
    }
    fields = {
        field.name
        for spec in (FigureSpec, ChainSpec, FormulaSpec, PointSpec, MapSpec)
        for field in dataclasses.fields(spec)
    }
    assert filled - {""} == fields - {"function"}


def test_every_key_is_a_long_option_and_every_option_of_the_figure_a_key():
    commands = [command_for(entry) for entry in ACTIVATIONS.values()]
    commands += [app.get_command(None, name) for name in ("expr", "explain", "map")]
    options = {
        name[2:]
        for command in commands
        for param in command.params
        for name in param.opts
        if name.startswith("--")
    }
    # What is an argument of a command, or its very name, is a key in a manifest.
    names = {"activation", "formula", "explain", "map", "output"}
    assert set(figure_keys()) == (options - NOT_THE_FIGURES) | names


def test_the_schema_is_json_and_knows_every_key():
    assert json.loads(to_json()) == schema()
    assert list(figure_schema()["properties"]) == [*figure_keys(), "matrix"]
    assert set(schema()["properties"]["defaults"]["properties"]) == set(figure_keys())


def test_the_defaults_are_the_specs():
    properties = figure_schema()["properties"]
    assert properties["weight"]["default"] == 8
    assert properties["bias"]["default"] == 0
    assert properties["depths"]["default"] == [1, 2, 3]
    assert properties["x-range"]["default"] == [-1, 1]
    assert properties["size"]["default"] == "slide"
    assert properties["panels"]["default"] == "both"
    assert properties["no-title"]["default"] is False
    assert "default" not in properties["output"]


def allowed(value, rule) -> bool:
    """Whether a value keeps a rule of JSON Schema, as far as ours are made of."""
    types = {
        "string": str, "number": (int, float), "integer": int, "boolean": bool, "array": list,
        "object": dict,
    }  # fmt: skip
    if "anyOf" in rule:
        return any(allowed(value, each) for each in rule["anyOf"])
    if "enum" in rule:
        return value in rule["enum"]
    names = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    if isinstance(value, bool):
        return "boolean" in names
    if not any(isinstance(value, types[name]) for name in names):
        return False
    if isinstance(value, list):
        length = rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value))
        each_rule = rule.get("prefixItems") or [rule["items"]] * len(value)
        return length and all(map(allowed, value, each_rule))
    if isinstance(value, dict):
        known = rule.get("properties", {})
        extra = rule.get("additionalProperties", True)
        if len(value) < rule.get("minProperties", 0):
            return False
        return all(
            allowed(each, known[key]) if key in known else extra and allowed(each, extra)
            for key, each in value.items()
        )
    return value >= rule.get("minimum", value) if isinstance(value, int) else True


VALUES = [
    True, 3, 1.5, "dark", "8", "1-5", "slide", "-w/2", [], [1], [1.5], ["a"], [1, 2], [1, 2, 3],
    [1, "1-3"], [True], ["weight", 0.5, 16], {"bias": [-1, 1]}, {},
    {"w": 8}, {"w": "8"}, [[1]], "relu", "both",
]  # fmt: skip


@pytest.mark.parametrize("name", figure_keys())
def test_schema_and_reader_agree_on_types(name):
    """An editor must not frown at what is read, nor smile at what is refused for its type."""
    kind = figure_keys()[name].kind
    for value in VALUES:
        if name == "size" and isinstance(value, str):
            continue  # the schema knows the pattern, the reader's parser does
        assert allowed(value, kind.schema) == kind.accepts(value), value


def test_the_starter_keeps_the_schema_and_can_be_read():
    assert allowed(tomllib.loads(STARTER), schema())
    assert len(parse(STARTER.encode(), name="figures.toml")) == 9
