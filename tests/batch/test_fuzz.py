"""Whatever a manifest holds, it is read or refused in words; nothing else comes out."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradplot.batch import parse
from gradplot.batch.manifest.keys import figure_keys
from gradplot.errors import ManifestError


def read(data: bytes) -> None:
    refusal, figures = "figures.toml", []
    try:
        figures = parse(data, name="figures.toml", folder="/nonexistent")
    except ManifestError as error:
        refusal = str(error)
    assert refusal.startswith("figures.toml")
    for figure in figures:
        assert len(figure.spec.digest()) == 64
        assert all(output.path.startswith("/nonexistent/") for output in figure.outputs)


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"a = 1e999999999999")
@example(b"[[figure]]\n" * 3)
def test_bytes(data):
    read(data)


# Values as TOML and JSON write them alike.
LEAVES = st.one_of(
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["relu", "swish", "-w/2", "tanh(8*x)", "1-5", "a.svg", "{weight}.png", "../a.svg", "dark",
         "slide", "3x2", "", "{", "\x00", "é" * 300 + ".svg"]
    ),
    st.text(max_size=20),
)  # fmt: skip
VALUES = st.one_of(LEAVES, st.lists(LEAVES, max_size=4))
KEYS = st.one_of(
    st.sampled_from([*figure_keys()]), st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=1)
)
SECTIONS = st.dictionaries(KEYS, VALUES, max_size=6)
LIKELY = {"activation": "tanh", "output": "{activation}.svg"}


def lines(section: dict) -> str:
    return "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in section.items())


@settings(max_examples=300, deadline=None)
@given(
    SECTIONS, st.lists(SECTIONS, min_size=1, max_size=2), st.dictionaries(KEYS, VALUES), st.data()
)
def test_sections(defaults, figures, matrix, data):
    text = f"[defaults]\n{lines(defaults)}"
    for figure in figures:
        kept = data.draw(st.sampled_from([{}, LIKELY]))
        text += f"[[figure]]\n{lines({**kept, **figure})}"
    if data.draw(st.booleans()):
        text += f"[figure.matrix]\n{lines(matrix)}"
    read(text.encode())
