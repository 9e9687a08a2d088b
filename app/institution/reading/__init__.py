"""Re-run of detection rules with other limits, levels green/yellow/red."""
