"""Fragmented MP4 written into memory, one stream a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import av
import av.container
import av.packet

from capture.encoding.segments import UnitSink

_MOVFLAGS = "empty_moov+default_base_moof+frag_discont+skip_trailer+frag_keyframe"


class Fragments:
    """An MP4 muxer whose fragments go to `on_unit(started_s, data)` as soon as they are whole.

    A fragment ends before a key frame of pictures, and before the packet that comes `length_s` after its first one.
    Decode times are kept as they are: see `UnitSink`.
    """

    def __init__(self, on_unit: Callable[[float, bytes], None], *, length_s: float) -> None:
        self._sink = UnitSink(on_unit)
        options = {
            "movflags": _MOVFLAGS,
            "avoid_negative_ts": "disabled",
            "frag_duration": str(round(length_s * 1_000_000)),
        }
        self.container: av.container.OutputContainer = av.open(self._sink, "w", format="mp4", options=options)

    def add(self, packets: Iterable[av.packet.Packet[Any]]) -> None:
        """Write encoded packets."""
        for packet in packets:
            self.container.mux(packet)

    def close(self) -> None:
        """Write what is open and hand it over."""
        self.container.close()
        self._sink.close()
