"""What a measurement depends on besides the code."""
