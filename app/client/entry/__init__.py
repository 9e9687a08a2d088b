"""How an exam comes in: file, link."""
