"""What the microphone hears: whether somebody speaks, never what."""
