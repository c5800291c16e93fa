"""VOT's supervised experiment and its metrics, with the rules of its toolkit and none of its code.

A tracker runs through a sequence and is started again after failures (``experiment``), what it
answered is compared with the truth (``overlap``), and metrics are made of that (``metrics``).
Everything agrees with vot-toolkit 0.7.4; ``make test-peers`` compares the two. The toolkit runs
our trackers through its other experiments by ``rat_tracker trax``.
"""
