"""Windows backends of guards and watchers: type-checked here, run under Wine by `make test-windows`."""
