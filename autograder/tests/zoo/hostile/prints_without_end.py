"""Part 1, 1 point: prints a hundred megabytes on one line, and lines of invalid UTF-8 without end; a runner that keeps
the output, or decodes it strictly, falls."""
import os

os.write(1, b"\xff\xfe\x80" * 1000)

def createSynData(**_):
    while True:
        os.write(1, b"x" * 2**20)
        os.write(2, b"\xc3\x28\xed\xa0\x80" * 2**16)
