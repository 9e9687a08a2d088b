"""Linux backends of the guards and watchers."""
