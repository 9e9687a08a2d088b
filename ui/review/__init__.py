"""The representative's window on one session."""
