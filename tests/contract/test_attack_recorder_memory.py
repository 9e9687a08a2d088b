"""What an attacker finds who takes over the machine while the recorder records (attack 9)."""

import os
import signal
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from app.client.ipc import process
from crypto.folder import SealedFolder
from crypto.header import Header
from crypto.keys import RecipientPrivate
from crypto.names import HEADER_NAME, KEYS_NAME, parse_segment_name
from crypto.opening import _session_key
from crypto.ratchet import StreamRatchet
from crypto.segment import SEGMENT_HEAD_BYTES, segment_context
from tests.fixtures.attempt import drawn_person
from tests.fixtures.process_memory import found, memory
from tests.fixtures.soak import times

# The recorder as it is, but every signing key it makes is also written to a file.
TELLING = """
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from app.client.recorder.__main__ import main
from crypto import sealing

class Telling(sealing.FreshSecrets):
    def signing_key(self):
        key = Ed25519PrivateKey.generate()
        with open(sys.argv[1], "a") as file:
            file.write(key.private_bytes_raw().hex() + "\\n")
        return key

sealing.FreshSecrets = Telling
sys.exit(main())
"""


@pytest.fixture
def key() -> RecipientPrivate:
    return RecipientPrivate.generate("exam-key")


def aes_key(segment_key: bytearray, segment: bytes) -> bytes:
    """The AES key of one segment, as chunked encryption derives it."""
    salt = segment[SEGMENT_HEAD_BYTES : SEGMENT_HEAD_BYTES + 24]
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + segment_context(segment[:SEGMENT_HEAD_BYTES])
    return HKDFExpand(SHA512(), 76, info).derive(segment_key)[:32]


def keys_of(take: SealedFolder, key: RecipientPrivate) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Every key of what is sealed so far, by name, and the chain keys that come next."""
    header = Header.parse(take.read(HEADER_NAME))
    session_key = _session_key(take.read(KEYS_NAME), header, key)
    past, following = {"session": bytes(session_key)}, {}
    sealed = sorted(place for name in take.names() if (place := parse_segment_name(name)))
    for position, stream in enumerate(header.description.streams):
        ratchet = StreamRatchet(session_key, header.hid, position)
        for index in (index for at, index in sealed if at == position):
            segment = take.read(f"seg/{position:02d}-{index:08d}.isg")
            own = ratchet.segment_key(segment[:SEGMENT_HEAD_BYTES])
            past[f"{stream} {index} chain"] = bytes(ratchet._chain)
            past[f"{stream} {index} segment"] = bytes(own)
            past[f"{stream} {index} AES"] = aes_key(own, segment)
            ratchet.advance()
        following[stream] = bytes(ratchet._chain)
    return past, following


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/PID/mem")
@pytest.mark.parametrize("telling", [False, True], ids=["as the product starts it", "signing keys told"])
def test_attack_09_memory_of_the_running_recorder(
    tmp_path: Path, key: RecipientPrivate, telling: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Stopped by crypto/derivation.py wipe and app/client/ipc/process.py private_environment.
    told = tmp_path / "signing-keys"
    if telling:
        monkeypatch.setattr(process, "_command", lambda: [sys.executable, "-c", TELLING, str(told)])
    bench = drawn_person(tmp_path, key)
    bench.begin()
    try:
        bench.loop.run_until(lambda: bench.sealed >= times(7, 300), times(40, 600))
        pid = bench.recording.recorder_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            pieces = memory(pid)
        except PermissionError:
            pytest.skip("only root may look into a process that is not dumpable, which is what the recorder asks for")
        finally:
            past, following = keys_of(SealedFolder(bench.take(0)), key)
            signing = told.read_text().split() if telling else []
            os.kill(pid, signal.SIGCONT)
    finally:
        bench.finish()

    current = found(pieces, following)
    assert "events" in current, "the search itself does not work"
    assert found(pieces, past) == []
    if telling:
        seeds = {f"signing key {number}": bytes.fromhex(seed) for number, seed in enumerate(signing)}
        assert len(seeds) >= 7
        # The last one stands in the log as the next to sign; one more may just have been made.
        present = found(pieces, seeds)
        assert present, "the search for signing keys does not work"
        assert set(present) <= set([*seeds][-2:])
