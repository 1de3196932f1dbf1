#!/usr/bin/python3
"""Writes the .npy files of npy_test with NumPy itself, into this script's folder."""
import os

import numpy

os.chdir(os.path.dirname(os.path.abspath(__file__)))
values = numpy.arange(3 * 2 * 4, dtype=numpy.float32).reshape(3, 2, 4) / 8 - 1


def save(name, array, version=None):
    with open(name + ".npy", "wb") as file:
        numpy.lib.format.write_array(file, numpy.asanyarray(array), version)


save("float32", values)
save("version2", values, (2, 0))
save("version3", values, (3, 0))
save("batch-of-one", values[None])
save("batch-of-two", numpy.stack([values, values]))
save("grey", values[:1])
save("flat", values.ravel())
save("scalar", numpy.float32(1))
save("empty", values[:, :0])
save("fortran", numpy.asfortranarray(values))
save("float64", values.astype(numpy.float64))
save("uint8", values.astype(numpy.uint8))
save("big-endian", values.astype(">f4"))
save("text", numpy.full((3, 2, 2), "text"))
save("records", numpy.zeros((3, 2, 2), [("x", "<f4"), ("y", "<f4")]))
save("nan", numpy.where(values == 0, numpy.float32("nan"), values))
