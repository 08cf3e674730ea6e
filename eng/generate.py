#!/usr/bin/env python3
"""Writes the generated kernels of src/Joule/Compute/Cpu/Generated.

    python3 eng/generate.py            writes the files
    python3 eng/generate.py --check    writes nothing; fails if a file differs from its generator's output

Needs Python 3.8 or newer and nothing else.
"""
import difflib
import sys

import lanes
import tiles
from generated import FOLDER

GENERATORS = [tiles, lanes]


def check(files):
    """The differences between the files on disk and the generators' output, as lines of text."""
    found = []
    for name in sorted({path.name for path in FOLDER.iterdir()} | set(files)):
        path = FOLDER / name
        if name not in files:
            found.append(f"{path}: no generator writes this file. Delete it, or move it out of the folder.")
        elif not path.exists():
            found.append(f"{path}: missing.")
        else:
            written = path.read_bytes().decode("utf-8")
            lines = list(difflib.unified_diff(written.splitlines(), files[name].splitlines(), str(path), "generated", lineterm="", n=1))
            if not lines and written != files[name]:
                lines.append(f"{path}: the line ends differ from those that its generator writes.")
            found += lines
    return found


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    files = {name: text for generator in GENERATORS for name, text in generator.files().items()}
    if arguments:
        found = check(files)
        if found:
            print("\n".join(found[:60]))
            print("The generated kernels are not current. Run: python3 eng/generate.py")
        return 1 if found else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (FOLDER / name).write_bytes(text.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
