"""What a program has to do with its operating system: signals, streams, files, shells."""
