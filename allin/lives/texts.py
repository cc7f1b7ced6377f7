"""Texts as people in Belgium and elsewhere write them: accents, other scripts, emoji, one long word."""

from allin.lives.dice import Dice

TITLES = (
    "Concert at the company evening",
    "Atelier de dessin à l'école Sainte-Élisabeth",
    "Optreden: één avond, twee sets",
    "DJ-Nacht Eupen ßäöü",
    "Zażółć gęślą jaźń, wieczór kabaretu",
    "Вечер романса",
    "Βραδιά ρεμπέτικου",
    "حفل موسيقي في بروكسل",
    "東京の夜 ライブ",
    "한국 영화의 밤",
    "คอนเสิร์ตกลางแจ้ง",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenverleihveranstaltung",
    'Quotes "and" <b>markup</b> & {braces} %s',
    "L’été indien — « reprise »",
    "x",
)
LONG = "Une très longue description qui ne finit pas. " * 40
DESCRIPTIONS = ("Une journée", "Twee dagen opbouw", "75 minutes, lights included", "演奏 en plein air", LONG)
RARE = "Duo 🎻 en plein air"
RARE_TITLE = "Fête 🎉 de quartier 👩‍👩‍👧"
"""Signs that no font of ours has: seldom, for the quote refuses them."""
PLACES = ("Bruxelles", "Gent", "Liège", "Namur", "Eupen", "Antwerpen", "Oostende", "Sint-Niklaas")
ABROAD = (
    ("Paris", "FR", "Europe/Paris"),
    ("Lille", "FR", "Europe/Paris"),
    ("Rotterdam", "NL", "Europe/Amsterdam"),
    ("Köln", "DE", "Europe/Berlin"),
    ("London", "GB", "Europe/London"),
    ("Helsinki", "FI", "Europe/Helsinki"),
    ("Genève", "CH", "Europe/Zurich"),
    ("Montréal", "CA", "America/Toronto"),
)
NAMES = (
    ("Ana", "Ruiz"),
    ("Chloé", "Janssens"),
    ("Łukasz", "Wiśniewski"),
    ("Femke", "De Smet"),
    ("Mohammed", "El Amrani"),
    ("Zoë", "Vandenbroucke-d’Hondt"),
    ("Đorđe", "Šimić"),
    ("李", "小龙"),
    ("Bob", "O'Brien"),
    ("Anne-Sophie Marie-Thérèse", "van den Bossche tot Walenburg"),
)
COMPANIES = (
    "Brasserie du Canal (fictive)",
    "Théâtre de l’Étuve ASBL",
    "VZW De Ketel & Co",
    "Müller Söhne GmbH",
    "株式会社テスト",
    "Ω-Lab SRL",
    "Gemeente Sint-Niklaas",
)


def title(dice: Dice) -> str:
    """What a job is called."""
    return dice.one(*(*TITLES, *TITLES[:4] * 3) * 6, RARE_TITLE)


def full_name(dice: Dice) -> tuple[str, str]:
    """Given name and family name."""
    return dice.one(*NAMES)
