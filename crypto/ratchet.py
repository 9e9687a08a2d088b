"""The forward-secret key chain of one stream."""

from crypto.derivation import derive, wipe


class StreamRatchet:
    """Gives each segment its key and forgets the past: who takes the state opens nothing earlier.

    Starts at segment 0. Not safe for use by several threads at once.
    """

    __slots__ = ("_chain", "_hid", "index")

    def __init__(self, session_key: bytearray, hid: bytes, stream: int) -> None:
        self._chain = derive(session_key, "stream", hid, bytes([stream]))
        self._hid = hid
        self.index = 0
        """The segment whose key comes next."""

    def segment_key(self, head: bytes) -> bytearray:
        """Key of the segment with these 52 `head` bytes; the caller wipes it."""
        return derive(self._chain, "segment", head)

    def advance(self) -> None:
        """Go on to the next segment; the chain key of this one is wiped."""
        following = derive(self._chain, "ratchet", self._hid)
        wipe(self._chain)
        self._chain = following
        self.index += 1

    def advance_to(self, index: int) -> None:
        """Go on until segment `index` is next; nothing happens when it is already, or lies before."""
        while self.index < index:
            self.advance()

    def copy(self) -> "StreamRatchet":
        """Branch off a ratchet at the same place, for a reader that will come back."""
        branch = object.__new__(StreamRatchet)
        branch._chain = bytearray(self._chain)
        branch._hid = self._hid
        branch.index = self.index
        return branch

    def wipe(self) -> None:
        """Overwrite the chain key; the ratchet is of no use afterwards."""
        wipe(self._chain)


class RatchetMarks:
    """Ratchets at every 64th segment of one stream, so that a reader is at any segment within 64 steps.

    Holds keys of the whole stream: for those who may open all of it. Not safe for use by several threads at once.
    """

    _STEP = 64

    def __init__(self, session_key: bytearray, hid: bytes, stream: int) -> None:
        self._marks = [StreamRatchet(session_key, hid, stream)]

    def at(self, index: int) -> StreamRatchet:
        """Give a ratchet that stands at segment `index`; the caller wipes it."""
        while len(self._marks) <= index // self._STEP:
            following = self._marks[-1].copy()
            following.advance_to(len(self._marks) * self._STEP)
            self._marks.append(following)
        ratchet = self._marks[index // self._STEP].copy()
        ratchet.advance_to(index)
        return ratchet

    def wipe(self) -> None:
        """Overwrite all keys."""
        for mark in self._marks:
            mark.wipe()
