"""A scripted opponent: tries every way out of a locked exam that is known on X11, and says what came of each."""
