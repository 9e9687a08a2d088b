"""macOS backends of guards and watchers: type-checked, and the contract suite runs them on a fake of the system."""
