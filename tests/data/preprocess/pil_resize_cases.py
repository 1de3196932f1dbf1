#!/usr/bin/python3
"""Prints the cases of pil_resize_test: what PIL's bilinear resize makes of pictures of noise.

Each line: width height resized-width resized-height CRC-32 of the resized picture's RGB bytes.
Byte i of a picture of noise is the highest byte of splitmix64's i-th number, i from 0, state 0.
"""
import random
import zlib

import numpy
from PIL import Image


def noise(width, height):
    z = numpy.arange(1, width * height * 3 + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return Image.fromarray((z >> numpy.uint64(56)).astype(numpy.uint8).reshape(height, width, 3))


def main():
    random.seed(1)
    cases = [(1, 1, 224, 224), (224, 224, 224, 224), (1, 700, 3, 224), (700, 1, 224, 3), (2, 2, 1, 1),
             (300, 200, 300, 100), (300, 200, 150, 200), (9000, 3, 224, 256), (3, 9000, 256, 224)]
    while len(cases) < 150:
        longest = random.choice([4, 40, 400, 1200])
        cases.append(tuple(random.randint(1, longest) for _ in range(2)) +
                     tuple(random.randint(1, random.choice([8, 64, 512])) for _ in range(2)))
    for width, height, to_width, to_height in cases:
        resized = noise(width, height).resize((to_width, to_height), Image.BILINEAR)
        print(width, height, to_width, to_height, zlib.crc32(resized.tobytes()))


if __name__ == "__main__":
    main()
