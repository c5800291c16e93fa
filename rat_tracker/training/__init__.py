"""Learning offline: what networks are taught, and how. Nothing here runs while tracking."""
