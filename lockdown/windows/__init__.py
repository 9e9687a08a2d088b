"""Windows backends of the watchers: type-checked here, run by the Windows contract suite only."""
