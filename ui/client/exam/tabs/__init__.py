"""Pages that open beside the exam's, in the same locked window."""
