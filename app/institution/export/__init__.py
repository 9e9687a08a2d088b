"""Plain files and the report."""
