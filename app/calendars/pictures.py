"""Drawing the picture of a link card: 1200 × 630, region, title, day and place beside the knot."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

SIZE = (1200, 630)
PAPER, INK, SEAL = "#fbf7ee", "#2b2622", "#b3261e"
ACCENTS = {"ume": "#a23456", "umi": "#1f5a6b", "budo": "#5c3d86"}
LEFT, RIGHT = 400, 1140
WEEKDAYS, DAYS = "月火水木金土日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MARKS = {"cancelled": ("中止", "Cancelled"), "postponed": ("延期", "Postponed")}
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts")
JAPANESE = (  # the better ones first
    *("NotoSerifCJK-Bold.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifJP*.[ot]tf", "NotoSansJP*.[ot]tf"),
    *(
        "NotoSansCJK-Regular.ttc",
        "ヒラギノ明朝*.ttc",
        "ヒラギノ角ゴシック*.ttc",
        "YuGothB.ttc",
        "ipaexg.ttf",
        "ipag.ttf",
    ),
    *("DroidSansFallbackFull.ttf", "msgothic.ttc"),
)


def draw(
    *,
    title: str,
    place: str,
    region_name: str,
    title_latin: str,
    place_latin: str,
    region_latin: str,
    when: str,
    accent: str,
    mark: str,
) -> bytes:
    """A PNG. `when` is local, `2026-12-05 09:00`. Without Japanese letters on this machine: Latin words and shapes."""
    from PIL import Image, ImageDraw

    begins, japanese = datetime.strptime(when, "%Y-%m-%d %H:%M"), japanese_font() is not None
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    _margin(pen, ACCENTS[accent], region_name if japanese else region_latin)
    top = 96
    for line in _wrapped(title if japanese else title_latin, 68, 3):
        pen.text((LEFT, top), line, font=_font(68), fill=INK)
        top += 92
    top = max(top + 24, 330)
    pen.text((LEFT, top), _day(begins, japanese), font=_font(52), fill=ACCENTS[accent])
    where = _wrapped(place if japanese else place_latin, 40, 1)
    pen.text((LEFT, top + 84), "".join(where), font=_font(40), fill=INK)
    if mark:
        _stamp(pen, MARKS[mark][not japanese])
    return _png(image)


def japanese_font() -> str | None:
    """The path of a font with Japanese letters on this machine."""
    return _found()


@lru_cache
def _found() -> str | None:
    for pattern in JAPANESE:
        for folder in FOLDERS:
            for path in sorted(Path(folder).rglob(pattern)) if Path(folder).is_dir() else ():
                return str(path)
    return None


@lru_cache(maxsize=16)
def _font(size: int) -> Any:
    from PIL import ImageFont

    path = japanese_font()
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


def _margin(pen: Any, accent: str, region: str) -> None:
    """The band at the left: the knot (two loops through each other) and the region's name."""
    pen.rectangle((0, 0, 340, SIZE[1]), fill=accent)
    pen.bitmap((70, 170), _knot(), fill=PAPER)
    font = _font(48)
    pen.text((170 - pen.textlength(region, font=font) / 2, 400), region, font=font, fill=PAPER)


def _knot() -> Any:
    """Two loops through each other, 200 × 140, drawn four times as large for smooth edges."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (800, 560))
    for left in (0, 240):
        ImageDraw.Draw(mask).ellipse((left, 0, left + 559, 559), outline=255, width=72)
    return mask.resize((200, 140), Image.Resampling.LANCZOS)


def _stamp(pen: Any, word: str) -> None:
    """中止 or 延期 across the foot."""
    pen.rectangle((LEFT, 520, LEFT + 60 + int(pen.textlength(word, font=_font(52))), 604), outline=SEAL, width=6)
    pen.text((LEFT + 30, 528), word, font=_font(52), fill=SEAL)


def _day(begins: datetime, japanese: bool) -> str:
    if not japanese:
        return f"{DAYS[begins.weekday()]} {begins:%d/%m %H:%M}"
    hour = f"{('午前', '午後')[begins.hour >= 12]}{begins.hour % 12}時" + (
        f"{begins.minute}分" if begins.minute else ""
    )
    noon = (begins.hour, begins.minute) == (12, 0)
    return f"{begins.month}月{begins.day}日({WEEKDAYS[begins.weekday()]}) {'正午' if noon else hour}"


def _wrapped(text: str, size: int, most: int) -> list[str]:
    """The text in at most `most` lines of the width; what does not fit ends with …."""
    font, lines = _font(size), [""]
    for character in text:
        if font.getlength(lines[-1] + character) > RIGHT - LEFT:
            if len(lines) == most:
                return [*lines[:-1], lines[-1][:-1] + "…"]
            lines.append("")
        lines[-1] += character
    return lines


def _png(image: Any) -> bytes:
    from PIL import Image

    file = BytesIO()
    image.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
