"""``python -m rat_tracker``."""

from rat_tracker.cli import main

if __name__ == '__main__':
    main()
