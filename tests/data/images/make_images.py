#!/usr/bin/python3
"""Writes the picture files of image_codec_test with PIL and ImageMagick, into this script's folder.

All show the same picture, 24 x 16, or its grey, blocks or two-level form: see the functions here
and their twins in image_codec_test.cpp.
"""
import os
import struct
import subprocess
import zlib

import numpy
from PIL import Image, ImageOps

os.chdir(os.path.dirname(os.path.abspath(__file__)))
WIDTH, HEIGHT = 24, 16
y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]


def colours(x, y):
    return numpy.stack([x * 10 + 5, y * 15 + 10, 200 - 4 * x - 3 * y], -1).astype(numpy.uint8)


rgb = Image.fromarray(colours(x, y))
blocks = Image.fromarray(colours(x - x % 6, y - y % 8))
grey = rgb.convert("L")
alpha = numpy.clip(x * 12 - 10, 0, 255).astype(numpy.uint8)
rgba = Image.fromarray(numpy.dstack([colours(x, y), alpha]))
grey_alpha = Image.merge("LA", [grey, Image.fromarray(alpha)])
two_level = Image.fromarray(((x + 2 * y) % 3 == 0))
palette = blocks.quantize(8)
cmyk = rgb.convert("CMYK")
grey16 = numpy.asarray(grey).astype(numpy.uint16) * 257
rgb16 = colours(x, y).astype(numpy.uint16) * 257
assert (numpy.asarray(palette.convert("RGB")) == numpy.asarray(blocks)).all()


def png16(name, values, colour_type):
    """PIL writes no 16-bit colour: a PNG by hand, values off by a little that rounding removes."""
    values = values + (x[..., None] % 3 - 1) * 100 * ((values > 200) & (values < 65300))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, colour_type, 0, 0, 0)
    # A colour profile that libpng warns about, and a gamma that must not change the values.
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"not a profile")) + chunk(b"gAMA", struct.pack(">I", 100000))
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + profile +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def magick(*arguments):
    subprocess.run(["convert", *arguments], check=True)


def as_stored(picture, orientation):
    """What a camera that was held this way stores; undone by the orientation."""
    transpose = {2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM,
                 5: Image.TRANSPOSE, 6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
    return picture if orientation == 1 else picture.transpose(transpose[orientation])


def exif_of(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def pngs():
    rgb.save("rgb.png")
    rgba.save("rgba.png")
    grey.save("grey.png")
    grey_alpha.save("grey-alpha.png")
    two_level.save("two-level.png")
    palette.save("palette.png")
    palette.save("palette-transparent.png", transparency=palette.getpixel((0, 0)))
    blocks.save("rgb-transparent-colour.png", transparency=blocks.getpixel((0, 0)))
    magick("rgb.png", "-interlace", "PNG", "interlaced.png")
    png16("grey16.png", grey16[..., None], 0)
    png16("rgb16.png", rgb16, 2)
    png16("grey-alpha16.png", numpy.dstack([grey16, alpha.astype(numpy.uint16) * 257]), 4)
    png16("rgba16.png", numpy.dstack([rgb16, alpha.astype(numpy.uint16) * 257]), 6)
    as_stored(rgb, 6).save("orientation6.png", exif=exif_of(6))


def jpegs():
    options = {"quality": 97, "subsampling": 0}
    rgb.save("rgb.jpg", **options)
    rgb.save("progressive.jpg", progressive=True, **options)
    grey.save("grey.jpg", **options)
    cmyk.save("cmyk.jpg", **options)
    magick("rgb.png", "-colorspace", "CMYK", "-quality", "97", "ycck.jpg")
    for orientation in range(1, 9):
        name = f"orientation{orientation}.jpg"
        as_stored(rgb, orientation).save(name, exif=exif_of(orientation), **options)
        shown = numpy.asarray(ImageOps.exif_transpose(Image.open(name))).astype(int)
        assert abs(shown - numpy.asarray(rgb)).max() < 8


def webps():
    rgb.save("lossy.webp", quality=100)
    rgb.save("lossless.webp", lossless=True)
    rgba.save("alpha.webp", lossless=True, exact=True)
    as_stored(rgb, 8).save("orientation8.webp", lossless=True, exif=exif_of(8))
    rgb.save("animated.webp", save_all=True, append_images=[blocks], lossless=True)


def tiffs():
    rgb.save("rgb.tif")
    rgb.save("lzw.tif", compression="tiff_lzw")
    rgb.save("jpeg.tif", compression="jpeg", quality=97)
    grey.save("grey.tif")
    two_level.save("two-level.tif")
    two_level.save("fax.tif", compression="group4")
    palette.save("palette.tif")
    cmyk.save("cmyk.tif")
    Image.fromarray(grey16).save("grey16.tif")
    Image.fromarray(numpy.asarray(grey).astype(numpy.float32) / 255).save("float.tif")
    rgba.save("rgba.tif")
    for kind in ("associated", "unspecified"):
        magick("rgba.png", "-define", "tiff:alpha=" + kind, "-compress", "None", f"{kind}.tif")
    magick("rgba.png", "-depth", "16", "-compress", "None", "rgba16.tif")
    magick("rgb.png", "-depth", "16", "-interlace", "plane", "-compress", "None", "planes16.tif")
    magick("rgb.png", "-depth", "16", "-endian", "MSB", "-compress", "None", "big-endian16.tif")
    magick("grey-alpha.png", "-compress", "None", "grey-alpha.tif")
    grey.save("white-is-zero.tif", tiffinfo={262: 0})
    assert (numpy.asarray(Image.open("white-is-zero.tif")) == numpy.asarray(grey)).all()
    magick("rgb.png", "-define", "tiff:tile-geometry=16x16", "-compress", "None", "tiles.tif")
    magick("rgb.png", "-compress", "None", "TIFF64:big.tif")
    rgb.save("two-pages.tif", save_all=True, append_images=[blocks])
    for orientation in range(2, 9):
        as_stored(rgb, orientation).save(f"orientation{orientation}.tif", tiffinfo={274: orientation})


def bmps():
    rgb.save("rgb.bmp")
    grey.save("grey.bmp")
    two_level.save("two-level.bmp")
    palette.save("palette.bmp")
    magick("rgba.png", "rgba.bmp")
    magick("palette.png", "-compress", "RLE", "BMP3:runs.bmp")
    bmp("masks565.bmp", 40, 16, 3, b"".join(struct.pack("<H", (r >> 3) << 11 | (g >> 2) << 5 | b >> 3)
                                            for r, g, b in stored_upside_down()))
    bmp("bits555.bmp", 40, 16, 0, b"".join(struct.pack("<H", (r >> 3) << 10 | (g >> 3) << 5 | b >> 3)
                                           for r, g, b in stored_upside_down()))
    bmp("unused-alpha.bmp", 56, 32, 3, b"".join(bytes((b, g, r, 0)) for r, g, b in stored_upside_down()))
    bmp("top-down.bmp", 40, 24, 0, colours(x, y)[..., ::-1].tobytes(), top_down=True)
    bmp("os2.bmp", 12, 24, 0, colours(x, y)[::-1, :, ::-1].tobytes())
    # Runs of nibbles: blocks of 6 alternate between the colours 0..3 and, in the lower half, 4..7.
    colours16 = b"".join(bytes((*blocks.getpixel((6 * (i % 4), 8 * (i // 4)))[::-1], 0)) for i in range(8))
    runs = b""
    for row in reversed(range(HEIGHT)):
        first = row // 8 * 4
        pair = bytes((first * 17, (first + 1) * 17))
        # Half as runs, half as single pixels (12 nibbles in 6 bytes), or a jump over what comes after.
        runs += bytes((6, pair[0], 6, pair[1], 0, 12)) + b"".join(
            bytes(((first + i) * 17,)) * 3 for i in (2, 3)) + b"\0\0"
    bmp("runs4.bmp", 40, 4, 2, runs + b"\0\1", colours16)


def stored_upside_down():
    return colours(x, y)[::-1].reshape(-1, 3).tolist()


def bmp(name, header_size, bits, compression, pixels, palette=b"", top_down=False):
    """A BMP by hand, of a kind that neither PIL nor ImageMagick writes."""
    masks = {16: (0xF800, 0x07E0, 0x001F), 32: (0xFF0000, 0xFF00, 0xFF, 0xFF000000)}
    if header_size == 12:
        header = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", header_size, WIDTH, -HEIGHT if top_down else HEIGHT, 1, bits,
                             compression, len(pixels), 2835, 2835, len(palette) // 4, 0)
        if compression == 3:
            header += b"".join(struct.pack("<I", mask) for mask in masks[bits])
    offset = 14 + len(header) + len(palette)
    with open(name, "wb") as file:
        file.write(b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + header + palette + pixels)


def netpbm(name, magic, maximum, values, text):
    header = f"{magic}\n# a comment\n{WIDTH} {HEIGHT}\n" + (f"{maximum}\n" if maximum else "")
    with open(name, "wb") as file:
        file.write(header.encode())
        file.write(" ".join(str(v) for v in values.ravel()).encode() if text else values.tobytes())


def pnms():
    bits = 1 - numpy.asarray(two_level).astype(numpy.uint8)
    netpbm("text.pbm", "P1", None, bits, True)
    netpbm("binary.pbm", "P4", None, numpy.packbits(bits, axis=1), False)
    netpbm("text1023.pgm", "P2", 1023, (numpy.asarray(grey) * 1023.0 / 255).round().astype(int), True)
    netpbm("binary.pgm", "P5", 255, numpy.asarray(grey), False)
    wide = (numpy.asarray(grey) * 1023.0 / 255).round()
    netpbm("binary1023.pgm", "P5", 1023, wide.astype(">u2"), False)
    netpbm("text.ppm", "P3", 255, colours(x, y), True)
    netpbm("binary.ppm", "P6", 255, colours(x, y), False)
    netpbm("binary100.ppm", "P6", 100, (colours(x, y) * 100.0 / 255).round().astype(numpy.uint8), False)
    netpbm("binary16.ppm", "P6", 65535, (rgb16 - 100 * (rgb16 > 200)).astype(">u2"), False)


for write in (pngs, jpegs, webps, tiffs, bmps, pnms):
    write()
