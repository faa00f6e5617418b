"""One test per thing that a user may get wrong: one clear line, the right exit code, no traceback,
and no file left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Said

Say = Callable[..., Said]


def refused(said: Said, *words: str, code: int = 2) -> None:
    """One line on standard error with all of ``words``, nothing on standard output."""
    assert said.code == code
    assert said.out == ""
    assert said.err.startswith("gradplot: ")
    assert said.err.count("\n") == 1, said.err
    for word in words:
        assert word in said.err
    assert not list(Path().iterdir()), "a file was left behind"


def test_unknown_activation(say: Say) -> None:
    """The nearest name is suggested."""
    refused(say("tahn"), "tahn", "did you mean tanh?")


def test_unknown_activation_with_nothing_near(say: Say) -> None:
    """The list of names is pointed at."""
    refused(say("qqqq"), "qqqq", "gradplot activations")


def test_an_empty_activation(say: Say) -> None:
    """What is not to be seen is shown in quotes."""
    refused(say(""), "'' is not an activation")


@pytest.mark.parametrize(
    ("option", "word", "cure"),
    [("--weight", "8x", "give one, as in 0.5"), ("--dpi", "fine", "give one, as in 60")],
)
def test_no_number(say: Say, option: str, word: str, cure: str) -> None:
    """The word is shown, and what a number looks like."""
    refused(say("tanh", option, word), option, repr(word), cure)


def test_misspelt_command(say: Say) -> None:
    """Commands are suggested beside activations."""
    refused(say("bacth"), "did you mean batch?")


@pytest.mark.parametrize("word", ["lr", "color", "foo"])
def test_an_option_with_nothing_near(say: Say, word: str) -> None:
    """What is not alike is not suggested; the help is pointed at."""
    said = say("tanh", f"--{word}", "1")
    refused(said, f"--{word}: no such option", "see gradplot tanh --help")
    assert "did you mean" not in said.err


def test_version_as_a_command(say: Say) -> None:
    """The option of that name is suggested, not sin."""
    refused(say("version"), "did you mean --version?")


def test_misspelt_option(say: Say) -> None:
    """The nearest option is suggested."""
    refused(say("tanh", "--wieght", "8"), "--wieght", "did you mean --weight?")


def test_option_without_a_value(say: Say) -> None:
    """The option is named."""
    refused(say("tanh", "--weight"), "--weight")


@pytest.mark.parametrize(
    ("depth", "reason"),
    [
        ("0", "0 is not a depth; depths start at 1"),
        ("-1", "-1 is not a depth; depths start at 1"),
        ("1.5", "1.5"),
        ("1000000000", "too deep"),
        ("9" * 5000, "999"),
        ("1-1000000000", "too deep"),
        ("5-1", "reversed"),
        ("ten", "'ten' is not a depth"),
        ("", "''"),
        ("1,,2", "''"),
        ("--weight", "--weight"),
    ],
)
def test_depths(say: Say, depth: str, reason: str) -> None:
    """Depths are whole numbers from 1 to a limit; ranges ascend."""
    refused(say("tanh", "--depths", depth), "--depths: ", reason)


def test_a_wrong_word_among_depths_is_named(say: Say) -> None:
    """`--depths 1 x` names x."""
    refused(say("tanh", "--depths", "1", "x"), "--depths: ", "'x'")


@pytest.mark.parametrize("weight", ["nan", "inf", "-inf", "1e400", "-1e400", "eight", "1,5", ""])
def test_weights(say: Say, weight: str) -> None:
    """Weights are finite numbers."""
    refused(say("tanh", "--weight", weight), "--weight: ", weight)


@pytest.mark.parametrize(
    "bias",
    [
        "nan",
        "1e400",
        "exp(w)",
        "__import__('os')",
        "w.real",
        "v",
        "x",
        "w/0",
        "9**9**9",
        "[w]",
        "lambda: w",
        "w if w else 1",
        "'w'",
        "(w",
        "w+",
        "w;w",
        "",
    ],
)
def test_biases(say: Say, bias: str) -> None:
    """Biases are arithmetic in w and nothing else: no call, no attribute, no other name."""
    said = say("tanh", "--bias", bias)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("gradplot: --bias: ")
    assert "Traceback" not in said.err


def test_input_bias(say: Say) -> None:
    """The first layer's bias is held to the same rules, under its own name."""
    said = say("tanh", "--input-bias", "v")
    assert said.code == 2
    assert said.err.startswith("gradplot: --input-bias: ")


def test_three_weights_for_depth_five(say: Say) -> None:
    """One weight, or as many as the deepest depth."""
    refused(say("tanh", "-w", "1", "2", "3", "-d", "5"), "--weight: ", "3", "5")


def test_two_biases_for_depth_three(say: Say) -> None:
    """One bias, or as many as the deepest depth."""
    refused(say("tanh", "-b", "1", "-2"), "--bias: ", "2", "3")


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (("3", "-3"), "reversed"),
        (("1", "1"), "empty"),
        (("-inf", "1"), "-inf"),
        (("0", "inf"), "inf"),
        (("nan", "1"), "nan"),
        (("-1e308", "1e308"), "1e+308"),
        (("a", "1"), "'a'"),
        (("1",), "two ends"),
        (("1", "2", "3"), "two ends"),
        (("1", "1.0000000000000002"), "narrow"),
    ],
)
@pytest.mark.parametrize("option", ["--x-range", "--y-range"])
def test_ranges(say: Say, option: str, ends: tuple[str, ...], reason: str) -> None:
    """A range has two finite ends, the lower first, that float64 can tell apart."""
    refused(say("tanh", option, *ends), f"{option}: ", reason)


@pytest.mark.parametrize("path", ["a.jpg", "a.svgz", "tanh", "a.png.bak", ".png", "a.", ""])
def test_output_of_unknown_kind(say: Say, path: str) -> None:
    """A suffix decides the format, so it has to be one that is known."""
    refused(say("tanh", "-o", path), "--output: ", path)


@pytest.mark.parametrize("path", [".", "..", "/tmp", "new/"])
def test_output_that_is_a_folder(say: Say, path: str) -> None:
    """A picture needs a name of its own."""
    refused(say("tanh", "-o", path), "--output: ", path, "folder")


def test_folder_that_looks_like_a_picture(say: Say, here: Path) -> None:
    """A folder called a.png is still a folder."""
    (here / "a.png").mkdir()
    said = say("tanh", "-o", "a.png")
    assert said.code == 2
    assert "a.png is a folder" in said.err


def test_standard_output_without_a_format(say: Say) -> None:
    """The format of a stream is named, never guessed."""
    refused(say("tanh", "-o", "-"), "--output: ", "--format")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--panels", "all"),
        ("--theme", "blue"),
        ("--format", "bmp"),
        ("--size", "huge"),
        ("--size", "0x5"),
        ("--size", "1920x1080"),
        ("--size", "nanx5"),
        ("--dpi", "0"),
        ("--dpi", "many"),
        ("--dpi", "100000"),
        ("--dpi", "1.5"),
    ],
)
def test_choices_and_sizes(say: Say, option: str, value: str) -> None:
    """What is not among the choices is named."""
    refused(say("tanh", option, value), f"{option}: ", value.split("x")[0].lstrip("0") or "0")


def test_parameter_of_another_activation(say: Say) -> None:
    """--alpha belongs to leaky_relu and elu."""
    refused(say("tanh", "--alpha", "1"), "--alpha")


@pytest.mark.parametrize("alpha", ["nan", "-1", "text"])
def test_parameters(say: Say, alpha: str) -> None:
    """A parameter that does not suit the activation."""
    refused(say("elu", "--alpha", alpha), "--alpha: ", alpha)


def test_missing_style_file(say: Say) -> None:
    """A style file that is not there."""
    refused(say("tanh", "--style", "none.mplstyle"), "--style: ", "none.mplstyle")


def test_style_file_that_is_not_text(say: Say, here: Path) -> None:
    """A style file that cannot be read as text."""
    (here / "a.mplstyle").write_bytes(b"\xff\xfe\x00")
    said = say("tanh", "--style", "a.mplstyle")
    assert said.code == 2
    assert said.err.startswith("gradplot: --style: ")
    assert "UTF-8" in said.err


@pytest.mark.parametrize(
    "text", ["nonsense", "lines.linewidth: thick", "no.such.key: 1", "a: b: c"]
)
def test_malformed_style_file(say: Say, here: Path, text: str) -> None:
    """A style file that matplotlib cannot use."""
    (here / "a.mplstyle").write_text(text)
    said = say("tanh", "--style", "a.mplstyle")
    assert said.code == 2
    assert said.err.startswith("gradplot: --style: ")
    assert said.err.count("\n") == 1
    assert not list(here.glob("*.png"))


@pytest.mark.parametrize(
    "words",
    [
        ("--title", "a", "--no-title"),
        ("--json", "--csv"),
        ("--no-plot", "-o", "a.png"),
        ("--no-plot", "--format", "svg"),
    ],
)
def test_contradictions(say: Say, words: tuple[str, ...]) -> None:
    """Two options that cannot both hold."""
    refused(say("tanh", *words), "--")


def test_a_word_too_many(say: Say) -> None:
    """A word that belongs to no option is named."""
    refused(say("tanh", "extra"), "extra")


def test_output_exists_and_may_not_be_overwritten(say: Say, here: Path) -> None:
    """--no-clobber leaves the old file as it was."""
    (here / "a.svg").write_text("old")
    said = say("tanh", "-o", "a.svg", "--no-clobber")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "a.svg" in said.err
    assert (here / "a.svg").read_text() == "old"


def test_output_folder_that_cannot_be_made(say: Say, here: Path) -> None:
    """A file stands where the folder would have to be: not even root can make it."""
    (here / "file").write_text("old")
    said = say("tanh", "-q", "-o", "file/sub/a.svg")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "file/sub/a.svg" in said.err
    assert (here / "file").read_text() == "old"


def test_folder_where_nothing_can_be_written(say: Say) -> None:
    """A folder of the kernel's own is read-only for root too."""
    if not Path("/proc/self").is_dir():
        pytest.skip("no /proc here")
    said = say("tanh", "-q", "-o", "/proc/self/a.svg")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "/proc/self/a.svg" in said.err


def test_picture_on_a_full_disk(say: Say) -> None:
    """/dev/full takes no byte."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    said = say("tanh", "-q", "-o", "/dev/full", "--format", "svg")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert "full" in said.err
