"""The one way out of the web engine: a proxy on loopback that decides by host and port before it connects."""
