"""Times of a recording as people write them."""


def as_clock(time_s: float) -> str:
    """Return "m:ss", or "h:mm:ss" from one hour on; fractions of a second are cut off."""
    minutes, seconds = divmod(int(max(0.0, time_s)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
