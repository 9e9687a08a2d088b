"""Qt windows and the view models they show; nothing else."""

from ui.singletons import keep_alive

keep_alive()
