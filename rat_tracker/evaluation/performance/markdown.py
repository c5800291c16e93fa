"""Tables as a document has them."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column holds names and whose others hold numbers."""
    rules = ['---', *['--:'] * (len(heads) - 1)]
    return '\n'.join('| ' + ' | '.join(text.replace('|', '\\|') for text in row) + ' |'
                     for row in (heads, rules, *rows))
