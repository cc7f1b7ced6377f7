"""Eight jobs of people who open the page for the first time: what each of them types, field by field."""

ADDRESS = {"client.address.street": "Rue Haute", "client.address.house_number": "1"}
BRUSSELS = ADDRESS | {"client.address.postal_code": "1000", "client.address.city": "Bruxelles"}
WEDDING = {
    "client.kind": "private_person", "client.name": "Marie Peeters", "client.email": "marie@client.example",
    **BRUSSELS, "title": "Musique pour un mariage", "days.0.date": "2026-06-13", "days.0.starts": "15:00",
    "days.0.ends": "23:00", "place": "Namur", "price_eur": "1.500,00", "price_includes_vat": "yes",
    "profile": "live-arts", "vat.advertising": "no",
}  # fmt: skip
DJ_NIGHT = {
    "client.kind": "company", "client.name": "Club Nuit (fictif)", "client.enterprise_number": "1000000021",
    "client.email": "club@client.example", **BRUSSELS, "title": "DJ set", "days.0.date": "2026-05-16",
    "days.0.starts": "22:00", "days.0.ends": "03:00", "place": "Liège", "price_eur": "900",
    "profile": "live-arts", "vat.advertising": "no",
}  # fmt: skip
TRANSLATION = {
    "client.kind": "company", "client.name": "Éditions du Canal (fictif)", "client.enterprise_number": "1000000021",
    "client.email": "editions@client.example", **BRUSSELS, "title": "Traduction d’un catalogue",
    "days.0.date": "2026-03-02", "days.0.repeat": "workday", "days.0.until_on": "2026-03-20", "anywhere": "yes",
    "price_eur": "4200",
}  # fmt: skip
WEDNESDAYS = {
    "client.kind": "company", "client.name": "Maison des Jeunes (fictif)", "client.enterprise_number": "1000000021",
    "client.email": "mj@client.example", **BRUSSELS, "title": "Atelier théâtre", "days.0.date": "2026-03-04",
    "days.0.repeat": "week", "days.0.until_on": "2026-03-25", "days.0.starts": "13:30", "days.0.ends": "15:30",
    "place": "Mons", "price_eur": "800", "profile": "teaching",
}  # fmt: skip
FRENCH_SHOOT = {
    "client.kind": "company", "client.name": "Marées Productions (fictif)", "client.country": "FR",
    "client.vat_number": "FR40303265045", "client.email": "prod@client.example",
    "client.address.street": "Rue des Écluses", "client.address.house_number": "5",
    "client.address.postal_code": "59000", "client.address.city": "Lille", "title": "Tournage d’un documentaire",
    "days.0.date": "2026-04-20", "days.0.repeat": "day", "days.0.until_on": "2026-04-22", "place": "Lyon, France",
    "price_eur": "3000", "profile": "film",
}  # fmt: skip
SCHOOL = {
    "client.kind": "public_body", "client.name": "École communale (fictive)",
    "client.enterprise_number": "1000000120", "client.email": "ecole@client.example", **BRUSSELS,
    "title": "Animation lecture", "days.0.date": "2026-03-10", "days.0.starts": "09:00", "days.0.ends": "12:00",
    "place": "Charleroi", "price_eur": "350", "profile": "teaching",
}  # fmt: skip
MUSEUM = {
    "client.kind": "public_body", "client.name": "Stadsmuseum (fictief)", "client.country": "NL",
    "client.vat_number": "NL004495445B01", "client.email": "museum@client.example", "client.language": "nl",
    "client.address.street": "Coolsingel", "client.address.house_number": "40",
    "client.address.postal_code": "3011 AD", "client.address.city": "Rotterdam", "title": "Lezing",
    "days.0.date": "2026-05-07", "days.0.starts": "14:00", "days.0.ends": "17:00", "place": "Rotterdam",
    "country": "NL", "price_eur": "650",
}  # fmt: skip
CASH = {
    "client.kind": "own_takings", "title": "Concert au chapeau", "days.0.date": "2026-04-11",
    "days.0.starts": "20:00", "days.0.ends": "23:00", "place": "Mons", "price_eur": "600",
    "price_includes_vat": "yes", "profile": "live-arts", "vat.advertising": "no",
}  # fmt: skip
STORIES = {
    "wedding": WEDDING, "dj_night": DJ_NIGHT, "translation": TRANSLATION, "four_wednesdays": WEDNESDAYS,
    "french_shoot": FRENCH_SHOOT, "school": SCHOOL, "museum": MUSEUM, "cash": CASH,
}  # fmt: skip
