"""Guards and watchers, the journal of every change and its undoing."""
