"""Makes the font files of this folder: python3 subset.py GARAMOND MONTSERRAT, the unpacked packages (README.md says what and why)."""

import sys
import unicodedata
from fontTools import subset
from fontTools.otlLib.builder import buildAnchor, buildMarkBasePosSubtable
from fontTools.ttLib import TTFont

FACES = [
    ("EBGaramond-Regular", 1, "400Regular/EBGaramond_400Regular.ttf"),
    ("EBGaramond-Italic", 1, "400Regular_Italic/EBGaramond_400Regular_Italic.ttf"),
    ("EBGaramond-Medium", 1, "500Medium/EBGaramond_500Medium.ttf"),
    ("EBGaramond-SemiBold", 1, "600SemiBold/EBGaramond_600SemiBold.ttf"),
    ("Montserrat-Regular", 2, "400Regular/Montserrat_400Regular.ttf"),
    ("Montserrat-SemiBold", 2, "600SemiBold/Montserrat_600SemiBold.ttf"),
]
RANGES = [
    (0x20, 0x7E), (0xA0, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x205E),
    (0x2070, 0x2094), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0xA78B, 0xA78C), (0x2D00, 0x2D00),
]


def shrink(font):
    options = subset.Options(hinting=False, glyph_names=False, notdef_outline=True, recalc_timestamp=False)
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "liga"]
    options.name_IDs = ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)


def outline(font, glyph):
    box = font["glyf"][glyph]
    return (box.xMin, box.yMin, box.xMax, box.yMax) if hasattr(box, "xMin") and box.numberOfContours else None


def anchor_like(reference, anchor, letter):
    """Where `anchor` of the reference letter would be on another letter: the same way off its outline."""
    middle = lambda box: (box[0] + box[2]) / 2
    x = middle(letter) + anchor.XCoordinate - middle(reference)
    edge = 3 if anchor.YCoordinate > (reference[1] + reference[3]) / 2 else 1
    return buildAnchor(round(x), round(letter[edge] + anchor.YCoordinate - reference[edge]))


def complete(font, table, letters):
    """Gives every letter without an anchor for a class of marks the anchor that `o` has."""
    marks = {
        glyph: (record.Class, record.MarkAnchor)
        for glyph, record in zip(table.MarkCoverage.glyphs, table.MarkArray.MarkRecord)
    }
    bases = {
        glyph: {n: anchor for n, anchor in enumerate(record.BaseAnchor) if anchor}
        for glyph, record in zip(table.BaseCoverage.glyphs, table.BaseArray.BaseRecord)
    }
    reference = outline(font, "o")
    for kind, anchor in bases.get("o", {}).items():
        for letter in letters:
            box = outline(font, letter)
            if box and letter not in marks:
                bases.setdefault(letter, {}).setdefault(kind, anchor_like(reference, anchor, box))
    return buildMarkBasePosSubtable(marks, bases, font.getReverseGlyphMap())


def complete_marks(font):
    cmap = font.getBestCmap()
    letters = [glyph for code, glyph in cmap.items() if unicodedata.category(chr(code)) in ("Lu", "Ll", "Lt", "Lo")]
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for at, table in enumerate(lookup.SubTable):
            inner = table.ExtSubTable if table.LookupType == 9 else table
            if inner.LookupType == 4:
                new = complete(font, inner, letters)
                if table.LookupType == 9:
                    table.ExtSubTable = new
                else:
                    lookup.SubTable[at] = new


for face, package, source in FACES:
    font = TTFont(f"{sys.argv[package]}/{source}", recalcTimestamp=False)
    complete_marks(font)
    shrink(font)
    font.save(f"{face}.ttf")
