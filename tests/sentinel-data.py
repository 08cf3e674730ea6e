"""Makes the unusual but healthy data of tests/sentinel-table from MNIST; the seed is fixed, so the files are always the same.

usage: sentinel-data.py MNIST-FOLDER OUTPUT-FOLDER
"""
import gzip
import os
import random
import struct
import sys

source, out = sys.argv[1:]
os.makedirs(out, exist_ok=True)


def mnist():
    for name in ("train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"):
        path = os.path.join(source, name)
        if os.path.exists(path):
            data = open(path, "rb").read()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            count, height, width = struct.unpack(">III", data[4:16])
            return count, height, width, data[16:]
    sys.exit(f"{source} has no train-images-idx3-ubyte. Run: joule data fetch mnist")


def save(name, shape, data):
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': %r, }" % (tuple(shape),)
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    with open(os.path.join(out, name + ".npy"), "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def mapped(pixels, function):
    return pixels.translate(bytes(min(255, max(0, int(function(value)))) for value in range(256)))


count, height, width, digits = mnist()
size = height * width
draw = random.Random(1)
save("inverted", (count, height, width), mapped(digits, lambda v: 255 - v))
save("dim", (count, height, width), mapped(digits, lambda v: v * 0.1))
save("bright", (count, height, width), mapped(digits, lambda v: 255 - (255 - v) * 0.1))
save("binary", (count, height, width), mapped(digits, lambda v: 255 if v > 127 else 0))
save("contrast", (count, height, width), mapped(digits, lambda v: 118 + v * 0.08))
few = 20000
sparse = bytearray(few * size)
for i in range(few):  # four white pixels of 784
    for _ in range(4):
        sparse[i * size + draw.randrange(size)] = 255
save("sparse", (few, height, width), bytes(sparse))
for name, ground in (("onepixel", 90), ("onepixel0", 0)):  # constant except for one pixel
    images = bytearray([ground]) * (few * size)
    for i in range(few):
        images[i * size + 400] = draw.randrange(256)
    save(name, (few, height, width), bytes(images))
for side in (2, 3, 4):  # two grey levels that depend on each other, and noise
    tiny = bytearray(few * side * side)
    for i in range(few):
        level = draw.randrange(256)
        for k in range(side * side):
            tiny[i * side * side + k] = (level if k % side else 255 - level) * 3 // 4 + draw.randrange(64)
    save(f"tiny{side}", (few, side, side), bytes(tiny))
for number in (12, 20, 40, 200):
    save(f"few{number}", (number, height, width), digits[: number * size])
colour = bytearray(few * 3 * size)
for i in range(few):  # each digit in a colour of its own
    image = digits[i * size : (i + 1) * size]
    for c in range(3):
        colour[(i * 3 + c) * size : (i * 3 + c + 1) * size] = mapped(image, lambda v, g=draw.random(): v * g)
save("colour", (few, 3, height, width), bytes(colour))
save("colourinv", (few, 3, height, width), mapped(bytes(colour), lambda v: 255 - v))
save("grey", (few, height, width), bytes(draw.choices(range(100, 156), k=few * size)))
