"""Parameters and titles as text, typeset for pictures and sentences or as they are typed."""

from __future__ import annotations

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(exponent: int) -> str:
    """10³, with the exponent raised."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def typeset(value: float) -> str:
    """A parameter as people write it, with a true minus sign: "−2.5·10⁷"."""
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        power = power_of_ten(int(exponent))
        text = power if mantissa == "1" else f"{mantissa}·{power}"
    return text.replace("-", "−")


def as_typed(value: float) -> str:
    """A parameter as it can be given on a command line: "-2.5e+07"."""
    return f"{value:.12g}"


def one_line(title: str) -> str:
    """A title as it was given, on one line."""
    return " ".join(title.split())
