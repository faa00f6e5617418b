"""What somebody may have meant by a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable

#: difflib's likeness, from 0 to 1, of a slip of the finger: tahn for tanh, not lr for alt.
_LIKE = 0.7


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is nearly this one; None where none is."""
    from difflib import get_close_matches  # slow to load, and most words are known

    # Hyphens and case are the likeliest slips, and difflib ranks them below others.
    tidy = {_bare(choice): choice for choice in known}
    near = get_close_matches(_bare(word), tidy, n=1, cutoff=_LIKE)
    return tidy[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str) -> str:
    """The cure for a word that is not known: the nearest one, or what else there is to say."""
    near = nearest(word, known)
    return f"did you mean {near}?" if near else otherwise


def _bare(word: str) -> str:
    return word.lower().replace("_", "-").lstrip("-")
