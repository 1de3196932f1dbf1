#!/usr/bin/python3
"""Prints the cases of colours_test: what PIL makes of the colours of two pictures of noise.

Each line: picture operation parameter CRC-32 of the changed picture's RGB bytes. Byte i of the picture "noise", 61 x 47, is
the highest byte of splitmix64's i-th number, i from 0, state 0; "dim" holds a third of each byte and 40.
"""
import zlib

import numpy
from PIL import Image, ImageEnhance, ImageOps

ENHANCERS = {"brightness": ImageEnhance.Brightness, "contrast": ImageEnhance.Contrast, "saturation": ImageEnhance.Color,
             "sharpness": ImageEnhance.Sharpness}


def noise(width, height):
    z = numpy.arange(1, width * height * 3 + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    z ^= z >> numpy.uint64(31)
    return (z >> numpy.uint64(56)).astype(numpy.uint8).reshape(height, width, 3)


def main():
    values = noise(61, 47)
    for name, picture in (("noise", Image.fromarray(values)), ("dim", Image.fromarray(values // 3 + 40))):
        def show(operation, parameter, changed):
            print(name, operation, parameter, zlib.crc32(changed.tobytes()))

        for operation, enhancer in ENHANCERS.items():
            for factor in (0, 0.01, 0.505, 0.7, 1, 1.25, 1.99):
                show(operation, factor, enhancer(picture).enhance(factor))
        for bits in range(2, 9):
            show("posterize", bits, ImageOps.posterize(picture, bits))
        for threshold in (0, 8.5, 127.5, 200, 255):
            show("solarize", threshold, ImageOps.solarize(picture, threshold))
        show("autocontrast", 0, ImageOps.autocontrast(picture))
        show("equalize", 0, ImageOps.equalize(picture))


if __name__ == "__main__":
    main()
