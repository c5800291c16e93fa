"""How a program of ours starts, executes callbacks, whatever they raise, and ends."""
