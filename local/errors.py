"""What the command says when it cannot go on."""

from __future__ import annotations


class LocalError(Exception):
    """A fault the person at the keyboard can mend.

    Attributes:
        fix: what to do about it, as one imperative sentence.
    """

    def __init__(self, sentence: str, *, fix: str) -> None:
        super().__init__(sentence)
        self.fix = fix
