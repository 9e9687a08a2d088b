"""The client's side of the recorder: keep one alive, across crashes."""
