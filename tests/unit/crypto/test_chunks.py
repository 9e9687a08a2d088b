"""The random-access reader against the library's writer."""

import pytest
from cryptography.cobblestone import Cobblestone256Encryptor

from crypto.chunks import ChunkReader
from crypto.errors import TamperedError

KEY = bytes(range(32))


def message(length):
    plaintext = bytes(n % 251 for n in range(length))
    encryptor = Cobblestone256Encryptor(KEY, b"context")
    return plaintext, encryptor.update(plaintext) + encryptor.finalize()


@pytest.mark.parametrize("length", [0, 1, 16_383, 16_384, 16_385, 32_768, 50_000])
def test_any_chunk_opens_by_itself(length):
    plaintext, sealed = message(length)
    reader = ChunkReader(KEY, b"context", sealed)
    assert reader.beginning() == (plaintext, True)
    for number in range(length // 16_384 + 1):
        assert reader.chunk(number) == plaintext[number * 16_384 : (number + 1) * 16_384]
    with pytest.raises(TamperedError):
        reader.chunk(length // 16_384 + 1)


@pytest.mark.parametrize("cut", [1, 16, 17, 1000, 16_400, 17_233, 33_600])
def test_a_cut_message_gives_whole_chunks_and_says_it_is_cut(cut):
    plaintext, sealed = message(50_000)
    reader = ChunkReader(KEY, b"context", sealed[:-cut])
    begin, whole = reader.beginning()
    assert not whole
    assert begin == plaintext[: (len(sealed) - cut - 56) // 16_400 * 16_384]


@pytest.mark.parametrize(
    ("key", "context", "sealed"),
    [
        (bytes(32), b"context", message(5)[1]),
        (KEY, b"other", message(5)[1]),
        (KEY, b"context", b""),
        (KEY, b"context", message(5)[1][:55]),
        (KEY, b"context", bytes(100)),
    ],
    ids=["key", "context", "nothing", "cut head", "zeros"],
)
def test_another_key_context_or_head_is_refused_at_once(key, context, sealed):
    with pytest.raises(TamperedError):
        ChunkReader(key, context, sealed)
