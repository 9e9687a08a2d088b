"""ISF, the sealed format: keys, sealing, verdicts and opening."""
