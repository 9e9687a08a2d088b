"""Guard contract, sequence, journal, changes of the machine, watch thread."""
