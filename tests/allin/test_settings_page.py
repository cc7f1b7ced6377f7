"""The page about settings says what the settings are."""

from allin.settings_table import PAGE, page
from engine.settings import Settings


def test_the_page_is_what_the_settings_make_of_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m allin.settings_table`"


def test_every_setting_says_what_it_is() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []
