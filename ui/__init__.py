"""Qt windows and the view models they show; nothing else."""
