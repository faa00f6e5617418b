"""What a manifest may say, and one clear line for each thing that it may not."""

from __future__ import annotations

import os

import pytest

from gradplot.batch import load, parse
from gradplot.batch.manifest.matrix import MAX_FIGURES
from gradplot.errors import ManifestError
from gradplot.spec.functions import ChainSpec, FormulaSpec


def read(text: str | bytes, folder: str = "."):
    data = text.encode() if isinstance(text, str) else text
    return parse(data, name="figures.toml", folder=folder)


def complaint(text: str | bytes, folder: str = ".") -> str:
    with pytest.raises(ManifestError) as caught:
        read(text, folder)
    assert caught.value.exit_code == 2
    return str(caught.value)


def names(figures) -> list[str]:
    return [output.name for figure in figures for output in figure.outputs]


# --- what is read --------------------------------------------------------------------------------


def test_keys_are_the_long_options():
    (figure,) = read("""
        [[figure]]
        activation = "leaky-relu"
        alpha = 0.2
        weight = [8, -2.5]
        bias = "-w/2"
        input-bias = 0
        depths = "1-2"
        x-range = [-3, 3]
        y-range = [-1, 2]
        panels = "slope"
        theme = "dark"
        transparent = true
        size = "paper"
        dpi = 96
        title = "Leaky"
        alt = "a picture"
        svg-text = true
        output = ["a.svg", "b/c.PNG", "d.pdf"]
    """)
    function = figure.spec.function
    assert isinstance(function, ChainSpec)
    assert function.activation == "leaky_relu"
    assert dict(function.parameters) == {"alpha": 0.2}
    assert function.weight == (8.0, -2.5)
    assert function.bias == (-4.0, 1.25)
    assert function.input_bias == 0.0
    assert function.depths == (1, 2)
    spec = figure.spec
    assert (spec.x_range, spec.y_range) == ((-3.0, 3.0), (-1.0, 2.0))
    assert (spec.panels, spec.theme, spec.transparent) == ("slope", "dark", True)
    assert (spec.size, spec.dpi) == ((3.5, 2.4), 96)
    assert (spec.title, spec.alt, spec.svg_text) == ("Leaky", "a picture", True)
    assert [output.format for output in figure.outputs] == ["svg", "png", "pdf"]


def test_formulas_have_labels_constants_and_nesting():
    one, nested = read("""
        [[figure]]
        formula = ["tanh(w*x)", "x"]
        label = ["steep", "line"]
        let = { w = 8 }
        output = "a.svg"
        [[figure]]
        formula = "tanh(8*y)"
        nest = [1, 3]
        output = "b.svg"
    """)
    assert isinstance(one.spec.function, FormulaSpec)
    assert one.spec.function.labels == ("steep", "line")
    assert one.spec.function.constants == (("w", 8.0),)
    assert nested.spec.function.nest == (1, 3)


def test_defaults_hold_where_they_mean_something():
    """A figure's own values win; what a formula has no use for is no error in the defaults."""
    chain, own, formula = read("""
        [defaults]
        weight = 3
        alpha = 0.5
        title = "all"
        theme = "dark"
        [[figure]]
        activation = "tanh"
        output = "a.svg"
        [[figure]]
        activation = "elu"
        weight = 4
        no-title = true
        output = "b.svg"
        [[figure]]
        formula = "x"
        theme = "light"
        output = "c.svg"
    """)
    assert chain.spec.function.weight == (3.0,)
    assert chain.spec.function.parameters == ()
    assert own.spec.function.weight == (4.0,)
    assert dict(own.spec.function.parameters) == {"alpha": 0.5}
    assert (chain.spec.title, own.spec.title) == ("all", "")
    assert (chain.spec.theme, formula.spec.theme) == ("dark", "light")


def test_a_matrix_makes_every_combination():
    figures = read("""
        [[figure]]
        matrix = { activation = ["relu", "tanh"], weight = [0.5, 1, 8.0] }
        output = "{activation}-{weight}.svg"
    """)
    assert names(figures) == [
        f"{activation}-{weight}.svg"
        for activation in ("relu", "tanh")
        for weight in ("0.5", "1", "8")
    ]
    assert figures[4].spec.function.weight == (1.0,)
    assert figures[4].place == 'figure 1 (activation = "tanh", weight = 1)'


def test_a_matrix_may_be_a_table_of_its_own_and_hold_lists():
    figures = read("""
        [[figure]]
        activation = "relu"
        output = "{activation}_{depths}_{bias}.png"
        [figure.matrix]
        depths = [[1, 2], "3-5"]
        bias = ["-w/2", 1]
    """)
    assert names(figures) == [
        "relu_1-2_-w_2.png",
        "relu_1-2_1.png",
        "relu_3-5_-w_2.png",
        "relu_3-5_1.png",
    ]
    assert figures[2].spec.function.depths == (3, 4, 5)


def test_values_cannot_make_folders_through_a_placeholder():
    (figure,) = read("""
        [[figure]]
        activation = "relu"
        title = "../../etc/passwd"
        output = "{title}.svg"
    """)
    assert os.sep not in figure.outputs[0].name


def test_doubled_braces_are_braces():
    (figure,) = read('[[figure]]\nactivation = "relu"\noutput = "{{{activation}}}.svg"')
    assert names([figure]) == ["{relu}.svg"]


def test_paths_start_at_the_manifest(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "my.mplstyle").write_text("lines.linewidth: 3\n")
    manifest = tmp_path / "deep" / "figures.toml"
    manifest.write_text(
        '[[figure]]\nactivation = "relu"\nstyle = "my.mplstyle"\noutput = "out/relu.svg"\n'
    )
    (figure,) = load(manifest)
    assert figure.outputs[0].path == str(tmp_path / "deep" / "out" / "relu.svg")
    assert figure.spec.style == "lines.linewidth: 3\n"
    assert figure.style == str(tmp_path / "deep" / "my.mplstyle")


def test_the_folder_of_the_outputs_can_be_moved(tmp_path):
    (figure,) = read(
        'folder = "../static"\n[[figure]]\nactivation = "relu"\noutput = "relu.svg"',
        folder=str(tmp_path / "docs"),
    )
    assert figure.outputs[0].path == str(tmp_path / "static" / "relu.svg")


def test_a_byte_order_mark_is_no_mistake():
    assert len(read('\ufeff[[figure]]\nactivation = "relu"\noutput = "a.svg"')) == 1


def test_equal_figures_are_equal_however_they_are_written():
    first, second = read("""
        [[figure]]
        activation = "silu"
        weight = 8
        depths = [3, 1, 2, 2]
        output = "a.svg"
        [[figure]]
        activation = "swish"
        weight = [8.0]
        depths = "1-3"
        size = "slide"
        output = "b.svg"
    """)
    assert first.spec.digest() == second.spec.digest()


# --- what is refused -----------------------------------------------------------------------------

FIGURE = '[[figure]]\nactivation = "relu"\noutput = "a.svg"\n'

COMPLAINTS = {
    "malformed TOML": ("activation = \nx = 1\n", "figures.toml:1: not TOML: invalid value"),
    "text that is not TOML": ("hello", "not TOML"),
    "a key given twice": ("a = 1\na = 2\n", "figures.toml:2: not TOML: cannot overwrite"),
    "nested too deeply": ("a = " + "[" * 100_000, "too deeply"),
    "an endless number": ("a = " + "9" * 5_000, "not TOML"),
    "not UTF-8": (b'\n\n[[figure]]\ntitle = "\xe9"', "figures.toml:4: byte 0xe9 is not UTF-8"),
    "empty": ("", "figures.toml: figure: there is none; write each figure as [[figure]]"),
    "no figure": ("[defaults]\nweight = 3", "figure: there is none"),
    "figure is a number": ("figure = 3", "figure: not a list of tables"),
    "figure is one table": ('[figure]\nactivation = "relu"', "write each figure as [[figure]]"),
    "defaults is a number": ("defaults = 3\n" + FIGURE, "defaults: 3 is not a table"),
    "unknown top key": ("figures = 3\n" + FIGURE, "figures.toml:1: figures: unknown"),
    "figure key at the top": ("weight = 3\n" + FIGURE, "put it under [defaults] or a [[figure]]"),
    "folder is a number": ("folder = 3\n" + FIGURE, "folder: 3 is not a folder"),
    "misspelt key": (
        FIGURE + "weigth = 3",
        "figures.toml:4: figure 1: weigth: unknown key; did you mean weight?",
    ),
    "underscore": (FIGURE + "x_range = [0, 1]", "did you mean x-range?"),
    "key unlike any": (FIGURE + "qqqqq = 3", "unknown key; known: activation, "),
    "misspelt default": ("[defaults]\ndpii = 3\n" + FIGURE, "figures.toml:2: defaults: dpii: unk"),
    "options that are no keys": (FIGURE + "quiet = true", "quiet: unknown key"),
    "text for a number": (
        FIGURE + 'weight = "8"',
        'figures.toml:4: figure 1: weight: "8" is not a number, or a list of one per layer',
    ),
    "number for text": (FIGURE + "title = 3", "title: 3 is not text in quotes"),
    "number for a flag": (FIGURE + "transparent = 1", "transparent: 1 is not true or false"),
    "flag for a number": (FIGURE + "weight = true", "weight: true is not a number"),
    "unknown choice": (FIGURE + 'theme = "drak"', 'drak" is not one of light, dark'),
    "list for a choice": (FIGURE + 'theme = ["dark"]', "is not one of light, dark"),
    "date": (FIGURE + "weight = 2020-01-01", "weight: 2020-01-01 is not a number"),
    "empty list": (FIGURE + "depths = []", "depths: [] is not whole numbers"),
    "three ends": (FIGURE + "x-range = [1, 2, 3]", "x-range: [1, 2, 3] is not two numbers"),
    "reversed range": (FIGURE + "x-range = [1, -1]", "x-range: 1 to -1 is reversed"),
    "infinite weight": (FIGURE + "weight = inf", "weight: inf is not a number that can be drawn"),
    "weight nan": (FIGURE + "weight = nan", "weight: nan is not a number that can be drawn"),
    "weight beyond float64": (FIGURE + "weight = 1" + "0" * 400, "weight: "),
    "depth 0": (FIGURE + "depths = [0]", "depths: 0 is not a depth; depths start at 1"),
    "depth 1.5": (FIGURE + "depths = [1.5]", "depths: [1.5] is not whole numbers"),
    "depth 10^9": (FIGURE + 'depths = "1-1000000000"', "1000000000 is too deep"),
    "depth of text": (FIGURE + 'depths = "deep"', "'deep' is not a depth"),
    "weights for other depths": (FIGURE + "weight = [1, 2]", "weight: 2 values for depth 3"),
    "bias with a call": (FIGURE + "bias = \"__import__('os')\"", "bias: "),
    "size": (FIGURE + 'size = "huge"', "size: 'huge' is not a size; give slide, paper"),
    "unknown activation": (
        '[[figure]]\nactivation = "rleu"\noutput = "a.svg"',
        "figures.toml:2: figure 1: activation: unknown activation 'rleu'; did you mean relu?",
    ),
    "parameter of another": (FIGURE + "alpha = 1", "alpha: relu has no parameter alpha"),
    "formula and activation": (FIGURE + 'formula = "x"', "an activation is given as well"),
    "neither": ('[[figure]]\noutput = "a.svg"', "activation: missing; write activation"),
    "weight of a formula": (
        '[[figure]]\nformula = "x"\nweight = 3\noutput = "a.svg"',
        "weight: means nothing beside formula",
    ),
    "formula that is none": ('[[figure]]\nformula = "tanh("\noutput = "a.svg"', "formula: "),
    "title twice": (FIGURE + 'title = "a"\nno-title = true', "no-title: a title is given as well"),
    "missing style": (FIGURE + 'style = "none.mplstyle"', "style: ./none.mplstyle cannot be read"),
    "endless style": (
        FIGURE + 'style = "/dev/zero"',
        "style: /dev/zero is too long for a style sheet; ",
    ),
    "style that is a folder": (FIGURE + 'style = "."', "style: ./. cannot be read: Is a directory"),
    "no output": ('[[figure]]\nactivation = "relu"', "figure 1: output: missing"),
    "unknown suffix": (FIGURE.replace("svg", "bmp"), "'a.bmp' does not end in .png, .svg, .pdf"),
    "no suffix": (FIGURE.replace("a.svg", "svg"), "'svg' does not end in"),
    "empty output": (FIGURE.replace("a.svg", ""), "'' does not end in"),
    "null in output": (FIGURE.replace("a.svg", "a\\u0000.svg"), "holds a null character"),
    "output above the manifest": (FIGURE.replace("a.svg", "../a.svg"), "is outside the folder"),
    "output above in disguise": (FIGURE.replace("a.svg", "b/../../a.svg"), "is outside"),
    "absolute output": (FIGURE.replace("a.svg", "/tmp/a.svg"), "is outside the folder"),
    "output twice": (
        FIGURE + FIGURE,
        'figures.toml:6: figure 2: output: "a.svg" is also the output of figure 1',
    ),
    "output twice in disguise": (
        FIGURE + FIGURE.replace("a.svg", "b/.././a.svg"),
        'is also the output of figure 1 (as "a.svg")',
    ),
    "output twice in one figure": (
        FIGURE.replace('"a.svg"', '["a.svg", "a.svg"]'),
        '"a.svg" is named twice; name it once',
    ),
    "unknown placeholder": (
        FIGURE.replace("a.svg", "{activatoin}.svg"),
        "unknown placeholder {activatoin} in '{activatoin}.svg'; did you mean activation?",
    ),
    "single brace": (FIGURE.replace("a.svg", "a{.svg"), "has a single {; write it twice"),
    "matrix without placeholder": (
        FIGURE + "matrix = { weight = [1, 2] }",
        'figure 1 (weight = 2): output: "a.svg" is also the output of figure 1 (weight = 1); '
        "give each its own name, with a {placeholder} for every key of the matrix",
    ),
    "matrix that is no table": (FIGURE + "matrix = [1]", "matrix: [1] is not a table of lists"),
    "matrix of a single value": (FIGURE + "matrix = { weight = 1 }", "matrix.weight: 1 is not a l"),
    "empty matrix list": (FIGURE + "matrix = { weight = [] }", "matrix.weight: [] is not a list"),
    "unknown matrix key": (
        FIGURE + "matrix = { weigth = [1] }",
        "figures.toml:4: figure 1: matrix.weigth: unknown key; did you mean weight?",
    ),
    "matrix value of a wrong type": (
        FIGURE + '[figure.matrix]\nweight = [1, "a"]',
        'figures.toml:5: figure 1: matrix.weight: "a" is not a number',
    ),
    "key in and beside the matrix": (
        FIGURE + 'matrix = { activation = ["tanh"] }',
        "matrix.activation: given beside the matrix too",
    ),
    "matrix in the defaults": (
        "[defaults]\nmatrix = { weight = [1] }\n" + FIGURE,
        "defaults: matrix: unknown key",
    ),
    "matrix of a million": (
        FIGURE.replace("a.svg", "{weight}-{bias}.svg")
        + f"[figure.matrix]\nweight = {list(range(1000))}\nbias = {list(range(1000))}",
        f"matrix: 1000 × 1000 = 1000000 figures are too many; {MAX_FIGURES} at most",
    ),
}


@pytest.mark.parametrize(("text", "words"), COMPLAINTS.values(), ids=COMPLAINTS)
def test_each_mistake_has_its_line(text, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said = complaint(text)
    assert words.lower() in said.lower()
    assert said.startswith("figures.toml")


def test_every_figure_is_checked_and_every_mistake_told():
    said = complaint(
        FIGURE + "dpi = 1\n" + FIGURE.replace("a.svg", "b.svg") + FIGURE.replace("a.svg", "c.x")
    ).splitlines()
    assert [line.split(":")[1] for line in said] == ["4", "10"]


def test_a_matrix_tells_its_first_mistake_only():
    said = complaint(
        '[[figure]]\nmatrix = { weight = [1, 2, 3], dpi = [1, 2] }\nactivation = "relu"\n'
        'output = "{weight}-{dpi}.svg"'
    )
    assert len(said.splitlines()) == 1


def test_a_thousand_mistakes_are_cut_short():
    lines = complaint("".join(f"{FIGURE}wieght = {n}\n" for n in range(1000))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "figures.toml: and 980 more like these"


def test_a_missing_manifest_names_the_way_to_start_one(tmp_path):
    with pytest.raises(ManifestError, match="No such file or directory; to start one: gradplot"):
        load(tmp_path / "none.toml")


def test_a_folder_is_no_manifest(tmp_path):
    with pytest.raises(ManifestError, match="Is a directory"):
        load(tmp_path)


def test_a_folder_is_no_output(tmp_path):
    (tmp_path / "a.svg").mkdir()
    assert "is a folder; name a file in it" in complaint(FIGURE, folder=str(tmp_path))


def test_two_names_of_one_file_are_one_output(tmp_path):
    """A link to the other output, and a link to its folder."""
    (tmp_path / "a.svg").write_text("old")
    (tmp_path / "b.svg").symlink_to("a.svg")
    assert 'is also the output of figure 1 (as "a.svg")' in complaint(
        FIGURE + FIGURE.replace("a.svg", "b.svg"), folder=str(tmp_path)
    )
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert "is also the output of figure 1" in complaint(
        FIGURE.replace("a.svg", "real/x.svg") + FIGURE.replace("a.svg", "link/x.svg"),
        folder=str(tmp_path),
    )


def test_lines_are_right_though_strings_hold_headers():
    """The search for a line must not take the words of a title for the manifest's own."""
    said = complaint(FIGURE + 'title = """\n[[figure]]\nweight = 1\n"""\ndpi = 1\n')
    assert "figure 1: dpi: 1 cannot be drawn" in said
