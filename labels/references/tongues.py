"""Languages of documents as tags ("en"), where a reference manager writes their names ("english")."""

_NAMES = {
    "en": ("english", "american", "british", "usenglish", "ukenglish", "australian", "canadian", "eng"),
    "fr": ("french", "francais", "français", "canadien", "acadian", "fre", "fra"),
    "de": ("german", "ngerman", "deutsch", "austrian", "naustrian", "ger", "deu"),
    "es": ("spanish", "español", "espanol", "spa"),
    "it": ("italian", "italiano", "ita"),
    "pl": ("polish", "polski", "pol"),
    "pt": ("portuguese", "brazilian", "português", "por"),
    "ru": ("russian", "русский", "rus"),
    "uk": ("ukrainian", "українська", "ukr"),
    "ko": ("korean", "한국어", "kor"),
    "ja": ("japanese", "日本語", "jpn"),
    "zh": ("chinese", "中文", "chi", "zho"),
    "ar": ("arabic", "العربية", "ara"),
    "fa": ("persian", "farsi", "فارسی", "per", "fas"),
}
_TAGS = {name: tag for tag, names in _NAMES.items() for name in names}


def language_tag(text: str) -> str:
    """Return the tag of a language that is named; what is no known name is returned as it is."""
    return _TAGS.get(text.strip().casefold(), text.strip())
