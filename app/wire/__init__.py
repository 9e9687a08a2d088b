"""What client and endpoint say to each other."""
