"""The recorder process: sources, encoding and sealing, and the only place that ever holds session keys."""
