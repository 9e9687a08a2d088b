"""Model of the review window, playback, sound output."""
