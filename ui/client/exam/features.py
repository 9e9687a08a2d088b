"""What the exam's pages may do that not every exam allows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageFeatures:
    """True means that pages have it; whatever these say, they reach allowed addresses alone.

    Attributes:
        pdf: documents are shown.
        workers: service workers and shared workers, which go on after the page that began them, are run.
        find: the person can search the page in sight for a text.
    """

    pdf: bool = True
    workers: bool = False
    find: bool = False


USUAL = PageFeatures()
