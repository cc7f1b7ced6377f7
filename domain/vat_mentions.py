"""What the law wants printed where no VAT is charged, or where it is given back: the one list of these texts."""

from typing import Final, Literal

Exemption = Literal["art_44_2_6", "art_44_2_7", "art_44_2_8", "art_44_2_9", "art_44_3_3"]
Ground = Literal[Exemption, "reverse_charge", "construction", "not_due", "not_due_licence"]
"""Why a person may say that no VAT is due, each with its own article."""
MentionKey = Literal[Ground, "exempt_44", "credit_note", "compensation"]

_ARTICLES: Final[dict[str, str]] = {
    "art_44_2_6": "§ 2, 6°",
    "art_44_2_7": "§ 2, 7°",
    "art_44_2_8": "§ 2, 8°",
    "art_44_2_9": "§ 2, 9°",
    "art_44_3_3": "§ 3, 3°",
}

MENTIONS: Final[dict[str, dict[str, str]]] = {
    **{
        key: {
            "fr": f"Exonéré de TVA – art. 44 {paragraph} CTVA",
            "nl": f"Vrijgesteld van btw – art. 44 {paragraph} WBTW",
            "en": f"Exempt from VAT – art. 44 {paragraph} Belgian VAT Code",
        }
        for key, paragraph in _ARTICLES.items()
    },
    "reverse_charge": {
        "fr": "Autoliquidation – art. 21 §2 CTVA (art. 196 Dir. 2006/112/CE)",
        "nl": "Btw verlegd – art. 21 §2 WBTW (art. 196 Richtlijn 2006/112/EG)",
        "en": "Reverse charge – art. 196 VAT Directive 2006/112/EC (art. 21 §2 Belgian VAT Code)",
    },
    "construction": {
        "fr": "Autoliquidation : En l'absence de contestation par écrit, dans un délai d'un mois à compter de la "
        "réception de la facture, le client est présumé reconnaître qu'il est un assujetti tenu au dépôt de "
        "déclarations périodiques. Si cette condition n'est pas remplie, le client endossera, par rapport à cette "
        "condition, la responsabilité quant au paiement de la taxe, des intérêts et des amendes dus.",
        "nl": "Btw verlegd – art. 20 KB nr. 1",
        "en": "Reverse charge – art. 20 Royal Decree no. 1",
    },
    "not_due": {
        "fr": "TVA belge non due – art. 21 §2 CTVA",
        "nl": "Geen Belgische btw verschuldigd – art. 21 §2 WBTW",
        "en": "Belgian VAT not due – art. 21 §2 Belgian VAT Code",
    },
    "not_due_licence": {
        "fr": "TVA belge non due – art. 21bis §2, 10° CTVA",
        "nl": "Geen Belgische btw verschuldigd – art. 21bis §2, 10° WBTW",
        "en": "Belgian VAT not due – art. 21bis §2, 10° Belgian VAT Code",
    },
    "exempt_44": {
        "fr": "Exonéré de TVA – art. 44 CTVA",
        "nl": "Vrijgesteld van btw – art. 44 WBTW",
        "en": "Exempt from VAT – art. 44 Belgian VAT Code",
    },
    "compensation": {
        "fr": "Indemnité d'annulation, hors champ d'application de la TVA (CJUE, 18 juillet 2007, C-277/05)",
        "nl": "Annuleringsvergoeding, buiten het toepassingsgebied van de btw (HvJ, 18 juli 2007, C-277/05)",
        "en": "Compensation for cancelling, outside the scope of VAT (CJEU, 18 July 2007, C-277/05)",
    },
    "credit_note": {
        "fr": "TVA à reverser à l'État dans la mesure où elle a été initialement déduite.",
        "nl": "Btw terug te storten aan de Staat in de mate waarin ze oorspronkelijk in aftrek werd gebracht.",
        "en": "VAT to be paid back to the State in so far as it was initially deducted.",
    },
}
"""By key and language. Source: RD 1 art. 5 § 1 10° and art. 20 § 3; RD 4 art. 4 § 1 3° (credit note); daci.be;
excofis.be; cofiduc.be (compensation; unverified). `exempt_44` without a paragraph is only found on orders from
before the paragraph was asked.

The long Dutch text of the construction mention was not found: the short one stands until a person enters it.
"""


def mention_in(key: str, language: str) -> str:
    """The sentence the law wants printed, in the client's language."""
    return MENTIONS[key][language]
