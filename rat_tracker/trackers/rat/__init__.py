"""``rat``: ranking based attention and a part-based filter."""
