"""What goes wrong with input, said so that its owner can mend it."""

from __future__ import annotations


class CorpusError(Exception):
    """Bad input. The message names the file, the place and the remedy, one problem a line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
