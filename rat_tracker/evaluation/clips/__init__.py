"""Clips whose truth is known, since they were drawn or changed here."""
