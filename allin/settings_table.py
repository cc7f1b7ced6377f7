"""The page about settings, made from the settings themselves: `python -m allin.settings_table` writes it."""

from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from engine.settings import PARTNERS, Settings

PAGE = Path(__file__).parent.parent / "docs" / "operations" / "settings.md"
HEAD = """# Settings

Environment variables, or a file `.env` in the working directory; nothing else is read. A wrong setting is one
clear line at start, and nothing starts half: `allin doctor` shows what an installation makes of them. This page is
made by `python -m allin.settings_table` and checked by a test.

| variable | default | what it is |
|---|---|---|
"""
TAIL = f"""
`ALLIN_API` tells the command line where the API is (else the installation running on the data folder, else
`ALLIN_PUBLIC_URL`); `ALLIN_PASSWORD` is read by `allin login`.

**Partners** named in `ALLIN_PARTNER_URLS` and `ALLIN_PARTNER_TOKENS`:
{", ".join(f"`{name}`" for name in PARTNERS)}.
With `ALLIN_PRODUCTION=true` each needs an address of its own (`mail` by `ALLIN_MAIL_URL`), `ALLIN_MASTER_KEYS` must
be given, and `ALLIN_SANDBOX_URL` is refused.

**Temporal** also follows its own environment configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
`TEMPORAL_API_KEY`, `TEMPORAL_TLS_CLIENT_CERT_PATH`, `TEMPORAL_TLS_CLIENT_KEY_PATH`,
`TEMPORAL_TLS_SERVER_CA_CERT_PATH`, `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`. The `ALLIN_TEMPORAL_*` settings win
where given.

**Master keys** are 32 random bytes with a name:
`python -c "import base64, os; print('k1:' + base64.b64encode(os.urandom(32)).decode() + ':rows')"`. To rotate,
put the new key first and keep the old one behind it (`k2:...:rows,k1:...`): new data is sealed with the first, all
of them open. A key without a mark behind it comes from a release before values were bound to their rows: it seals
as parts of that release read it, so that they may run beside; `allin keys reseal` ends that, in two steps
(`:bound`, then `:rows`).
"""


def page() -> str:
    """The whole page."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return f"{HEAD}{''.join(rows)}{TAIL}"


def _row(name: str, field: Any) -> str:
    about = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `ALLIN_{name.upper()}` | {_default(field)} | {about} |\n"


def _default(field: Any) -> str:
    value = field.default if field.default is not PydanticUndefined else "{}"
    return "" if value in ("", None) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
