"""The second opponent, scripted: who knows how the guards look, and what they believe; see `tests.faults.opponent`."""
