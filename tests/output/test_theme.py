"""Can every colour be told from its background, and the curves from each other?"""

import pytest

from gradplot.output.picture.look.theme import (
    PALETTES,
    TEXT_CONTRAST,
    colors,
    contrast,
    legible,
    widths,
)

THEMES = sorted(PALETTES)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("count", [1, 2, 3, 5, 20])
def test_curves_stand_out_from_the_background(theme, count):
    """WCAG asks graphics for 3 : 1."""
    for color in colors(theme, count):
        assert contrast(color, PALETTES[theme].background) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme):
    palette = PALETTES[theme]
    for color in (
        palette.text,
        palette.muted,
        *(legible(c, palette.background) for c in palette.ramp),
    ):
        assert contrast(color, palette.background) >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("count", [2, 3, 4, 9, 20])
def test_colours_go_from_light_to_dark_with_depth(theme, count):
    shades = [contrast(color, "#000000") for color in colors(theme, count)]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == count


@pytest.mark.parametrize("theme", THEMES)
def test_neighbours_of_three_can_be_told_apart(theme):
    first, second, third = colors(theme, 3)
    assert contrast(first, second) > 1.5
    assert contrast(second, third) > 1.5


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20])
def test_widths_grow_with_depth_and_with_the_font(count):
    found = widths(count, 20)
    assert found == sorted(set(found))
    assert [2 * width for width in found] == pytest.approx(widths(count, 40))


def test_contrast_is_that_of_wcag():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
