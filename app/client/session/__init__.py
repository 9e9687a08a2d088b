"""The course of one exam: phases, controller, what is shown while it runs."""
