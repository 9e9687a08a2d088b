"""Where pictures and sound come from, behind one contract."""
