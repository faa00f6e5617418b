"""Text as LaTeX sets it, whichever of its engines reads it."""

from __future__ import annotations

#: Greek letters that differ from Latin ones, by what TeX calls them.
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega",
}  # fmt: skip
#: Signs of mathematics that pdflatex does not know by itself.
SIGNS = {
    "≤": r"\ensuremath{\le}",
    "≥": r"\ensuremath{\ge}",
    "≈": r"\ensuremath{\approx}",
    "−": r"\ensuremath{-}",
    "×": r"\ensuremath{\times}",
    "·": r"\ensuremath{\cdot}",
    "∞": r"\ensuremath{\infty}",
    "√": r"\ensuremath{\surd}",
    "→": r"\ensuremath{\to}",
    **{letter: rf"\ensuremath{{\{name}}}" for letter, name in _GREEK.items()},
    **{sign: rf"\ensuremath{{^{digit}}}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: rf"\ensuremath{{_{digit}}}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "⁻": r"\ensuremath{^{-}}",
}
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}",
    "-": "-{}", "`": "`{}", "'": "'{}",  # two of them would be another sign
}  # fmt: skip
#: Letters of ASCII with accents: every engine has them, in any font encoding.
_ACCENTED = frozenset("ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ")


def escaped(text: str) -> str:
    """``text`` with nothing in it that LaTeX would take for a command, or stop at."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    known = _ESCAPES.get(letter) or SIGNS.get(letter)
    if known is not None or letter.isascii() or letter in _ACCENTED:
        return known or letter
    # pdflatex stops at a letter that no package declared; the other engines ask their font.
    return rf"\ifdefined\Umathchar {letter}\else ?\fi{{}}"
