"""The vocabulary of sealed events: what is written into a recording's events stream, and read from it."""
