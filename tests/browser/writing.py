"""Texts of every kind for browser tests: the golden offsets, and seeded random ones."""

from __future__ import annotations

import random

GOLDEN = (
    ("💩This is an annotation.", "annotation", 12, 22),
    ("👨🏻\u200d🚒 firemen drive firetrucks at work", "firetrucks", 19, 29),
    ("a\r\n  b Acme\n", "Acme", 7, 11),
    ("Cafe\u0301 Noir in 東京都", "東京都", 14, 17),
    ("Caf\u00e9 Noir in 東京都", "東京都", 13, 16),
    ("\ufeffAcme rocks", "Acme", 1, 5),
    ("שלום Acme Corp 2002", "Acme Corp", 5, 14),
    ("x\xa0y\u200bAcme\xadCorp", "Acme\xadCorp", 4, 13),
    ("𝒜𝒸𝓂𝑒 Inc", "Inc", 5, 8),
)
"""Text, surface, code points: the offsets that other tools get wrong."""

LATIN = ["Ann", "Zoë", "Straße", "Œuvre", "naïve", "don't", "Coca-Cola", "x2", "B2B", "(UK)"]
LATIN += ["U.S.", "C#", "5%", "[sic]", "«né»", "Mme."]
COMBINED = ["Cafe\u0301", "n\u0303u", "Zu\u0308rich", "q\u0307\u0323", "a\u0301\u0327"]
OTHER = ["Αθήνα", "Москва", "Київ", "서울", "दिल्ली", "தமிழ்", "Երևան", "თბილისი"]
RIGHT_TO_LEFT = ["שלום", "ירושלים", "عربي", "القاهرة", "مُحَمَّد", "می\u200cخواهم"]
UNSPACED = ["東京都", "ソニー", "ひらがな", "北京大学", "カフェ2号"]
THAI = ["กรุงเทพ", "สวัสดี", "ນະຄອນ"]
ASTRAL = ["💩", "👩🏽\u200d🚒", "🇩🇪", "1️⃣", "👍🏿", "𝒜𝒸𝓂𝑒", "𠮷野家", "🏳️\u200d🌈"]
INSIDE = ["Acme\xadCorp", "x\u200by", "\ufeffBOM", "a\u2060b"]
GAPS = [
    " ",
    " ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\xa0",
    " \u200b ",
    ", ",
    ". ",
    " – ",
    "; ",
]
FAMILIES = (LATIN, LATIN, COMBINED, OTHER, RIGHT_TO_LEFT, UNSPACED, ASTRAL, INSIDE)


def random_text(seed: int, *, thai: bool = True) -> str:
    """Three to fourteen words of mixed scripts with odd gaps; the same text for the same seed."""
    random_ = random.Random(seed)
    families = [*FAMILIES, THAI] if thai else list(FAMILIES)
    parts: list[str] = []
    for _ in range(random_.randint(3, 14)):
        parts += [random_.choice(random_.choice(families)), random_.choice(GAPS)]
    edge = random_.choice(["", "", "\n", " ", "\ufeff"])
    return edge + "".join(parts if random_.random() < 0.5 else parts[:-1])
