"""VOT's experiments and measures, with the rules of its toolkit and none of its code.

A tracker runs through a sequence as the experiment says (``experiments``), its answers are
compared with the truth (``overlap``), and figures are made of that (``supervised``,
``unsupervised``, ``multistart``). Everything agrees with vot-toolkit 0.7.4; ``make test-peers``
compares the two.
"""
