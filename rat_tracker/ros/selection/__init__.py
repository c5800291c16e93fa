"""Every way to choose what is followed, under one contract."""
