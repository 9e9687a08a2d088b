"""macOS backends of the watchers: type-checked only, nobody has run them yet."""
