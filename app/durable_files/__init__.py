"""Files that survive a crash and a power cut: the one way in which the programs write them."""
