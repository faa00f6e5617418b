"""The command line, called inside this process."""

from cli.conftest import here, say

__all__ = ["here", "say"]
