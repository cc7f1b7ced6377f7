"""Every service can be told: its name, each of its verbs, in every language."""

import pytest

from api import forms
from engine.words import LANGUAGES, catalog


@pytest.mark.parametrize("service", sorted(forms.steps()))
def test_a_service_has_a_name_and_a_sentence_for_each_verb(service: str) -> None:
    wanted = {f"service.{service}", *(f"story.{service}.{verb.name}" for verb in forms.steps()[service].verbs)}
    for lang in LANGUAGES:
        assert wanted <= catalog(lang).keys()
