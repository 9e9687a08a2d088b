"""Icons, words, the model manifest and the demonstration exam."""
