"""What the Xet client has put into a folder."""

from __future__ import annotations

import struct
from pathlib import Path

# Of the records that a shard is made of, and of its head.
_RECORD = 48
_END = b"\xff" * 32
_HAS_CHECKS, _HAS_SHA256 = 1 << 31, 1 << 30


def xet_hashes(folder: Path) -> dict[str, str]:
    """The files in the storage: by sha256 the hash that Xet knows each by.

    They are read from its shards, which list files first: of each a record with its Xet hash, flags and the number of
    its pieces, one record a piece, as many of checks, and one that begins with its sha256.
    """
    found: dict[str, str] = {}
    for shard in folder.glob("xet/xorbs/shards/*.mdb"):
        data = shard.read_bytes()
        at = _RECORD
        while data[at : at + 32] != _END:
            name = _hex(data[at : at + 32])
            flags, pieces = struct.unpack_from("<2I", data, at + 32)
            at += _RECORD * (1 + pieces * (2 if flags & _HAS_CHECKS else 1))
            if flags & _HAS_SHA256:
                found[_hex(data[at : at + 32])] = name
                at += _RECORD
    return found


def _hex(value: bytes) -> str:
    """As Xet writes hashes: four numbers, each with its lowest byte first."""
    return "".join(f"{number:016x}" for number in struct.unpack("<4Q", value))
