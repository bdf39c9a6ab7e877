"""Bad photographs of printed pages: what a cheap phone makes of a sheet on a noticeboard at dusk.

`pages_of(pdf)` rasterises; each of `TROUBLES` spoils a picture in one way, `badly` in all of them at once. Everything
is the same at each run.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

DPI = 150
SHOWS = 1600  # pixels that a phone's camera gives to the longer side of what it looks at


def pages_of(pdf: Path | bytes, dpi: int = DPI) -> list[Image.Image]:
    """The printed pages, through Chromium's own reader of what it wrote."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def codes_in(image: Image.Image) -> set[str]:
    """The texts of all QR codes that can be read."""
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return {one.text for one in found}


def blur(image: Image.Image, radius: float = 1.6) -> Image.Image:
    """Held in a trembling hand."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def skew(image: Image.Image, by: float = 0.16) -> Image.Image:
    """Taken from below and from the side: the far edge is so much shorter than the near one."""
    width, height = image.size
    dx, dy = width * by / 2, height * by / 2
    corners = (-dx, -dy / 2, -dx / 3, height + dy, width + dx / 3, height, width + dx, -dy)
    return image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=200)


def low_light(image: Image.Image, light: float = 0.22, noise: int = 18) -> Image.Image:
    """At dusk: dark, flat, with a shadow over one side, and grainy."""
    dark = ImageEnhance.Brightness(ImageEnhance.Contrast(image).enhance(0.6)).enhance(light)
    shadow = Image.linear_gradient("L").resize(dark.size).point(lambda value: 140 + value * 115 // 255)
    shaded = Image.composite(dark, Image.new("L", dark.size, 8), shadow)
    grain = Image.frombytes("L", dark.size, random.Random(7).randbytes(dark.width * dark.height))
    return Image.blend(shaded, grain, noise / 255)


def jpeg(image: Image.Image, quality: int = 40) -> Image.Image:
    """Sent through a chat."""
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(BytesIO(file.getvalue())).convert("L")


def turned(image: Image.Image, degrees: float = 17) -> Image.Image:
    """The phone was not straight."""
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=200)


def far(image: Image.Image, longer: int = SHOWS) -> Image.Image:
    """As many dots as a phone's preview has."""
    scale = longer / max(image.size)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)


def badly(image: Image.Image) -> Image.Image:
    """All of it at once, each a little milder."""
    tilted = turned(skew(far(image), 0.10), 8)
    return jpeg(low_light(blur(tilted, 1.0), 0.4, 12))


Trouble = Callable[[Image.Image], Image.Image]
TROUBLES: dict[str, Trouble] = {
    "far": far,
    "blur": lambda image: blur(far(image)),
    "skew": lambda image: skew(far(image)),
    "low light": lambda image: low_light(far(image)),
    "jpeg 40": lambda image: jpeg(far(image)),
    "turned": lambda image: turned(far(image)),
    "badly": badly,
}


def unread(page: Image.Image, wanted: set[str]) -> list[str]:
    """The troubles under which one of the wanted codes can no longer be read."""
    return [name for name, spoil in TROUBLES.items() if not wanted <= codes_in(spoil(page))]
