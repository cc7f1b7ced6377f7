"""Settings: environment variables `ALLIN_*`, an `.env` file, and what follows from them.

A wrong setting is one clear line at start, and nothing starts half.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.rules.consumer import ConsumerTerms
from engine.addresses import check_address
from engine.keys import MasterKeys

PARTNERS = (
    "railway",
    "vans",
    "dimona",
    "signature",
    "insurer",
    "supplier",
    "peppol",
    "mail",
    "registered-mail",
    "bank",
    "lawyer",
    "bailiff",
)


def parts_of(text: str) -> list[str]:
    """What stands between commas."""
    return [part for each in text.split(",") if (part := each.strip())]


class WrongSetting(ValueError):
    """A setting cannot be used; the message says which, why, and what to do."""


class Settings(BaseSettings):
    """How one installation is set up."""

    model_config = SettingsConfigDict(
        env_prefix="ALLIN_", env_file=".env", extra="ignore", use_attribute_docstrings=True
    )

    data: Path = Path("var")
    """The folder of the embedded installation: databases, keys, tokens."""
    production: bool = False
    """Refuses sandbox partners, demo people and generated keys."""
    database_url: str = ""
    """SQLAlchemy address; empty is a SQLite file in the data folder."""
    temporal_address: str | None = None
    """host:port of Temporal; empty follows Temporal's own environment configuration."""
    temporal_namespace: str | None = None
    """Temporal's namespace."""
    temporal_ui: str = ""
    """Address of Temporal's own pages, for links shown to ops."""
    dimona_start_by_update: bool = True
    """Unverified in an official text: an UPDATE moves the start of an employment that has not begun. False cancels
    and declares anew, as is always done for students."""
    task_queue: str = "jobs"
    """The task queue jobs and their activities are served from."""
    master_keys: str = ""
    """`id:base64[:rows][,id:base64[:rows]]`, the current key first; empty makes one in the data folder. `:rows`:
    the key opens no column's value that is not bound to its row; `:bound`: it binds and opens both; neither: it
    seals as earlier releases read it."""
    public_url: str = "http://127.0.0.1:8000"
    """How people reach the pages; the base of every link in a mail."""
    trusted_proxies: str = ""
    """Addresses or networks of the proxies before the API, such as `10.0.0.0/8,192.168.1.5`: only what comes from
    them may say in `X-Forwarded-For` and `X-Forwarded-Proto` who really asks. Empty trusts nobody."""
    metrics_token: str = ""
    """What Prometheus brings as `Authorization: Bearer` to `/api/health/metrics` in production; empty keeps the
    figures to people of the office who are signed in."""
    sandbox_url: str = ""
    """Where the simulated partners live; empty when there are none."""
    partner_urls: dict[str, str] = Field(default_factory=dict)
    """Address per partner, as JSON: {"railway": "https://..."}; a missing one is the sandbox's."""
    partner_tokens: dict[str, str] = Field(default_factory=dict)
    """Bearer token per partner, as JSON."""
    mail_url: str = ""
    """`smtp://user:password@host:port`, or empty for the sandbox's mail."""
    mail_from: str = "jobs@all-inclusive.example"
    """The sender of every mail."""
    accident_insurer: str = "Assurances Simulées"
    """The insurer of work accidents, named in contracts."""
    accident_policy: str = "COL-WA"
    """The number of that policy."""
    work_regulations: str = "https://all-inclusive.example/work-regulations"
    """Where the work regulations can be read."""
    consumer_terms: ConsumerTerms = Field(default_factory=ConsumerTerms)
    """What the accepted terms let consumers owe when they pay late, as JSON: `lump_sum_clause`,
    `interest_clause_percent`, `small_enterprise`. Without a clause a consumer owes the principal alone."""
    dimona_client_id: str = "all-inclusive"
    """The client registered with social security."""
    dimona_key_file: Path | None = None
    """The private key (PEM, RSA) of that client; none only for the simulated administration."""
    webhook_secret: str = ""
    """Shared secret that partners sign their webhooks with; empty derives one from the master key."""
    oidc_issuer: str = ""
    """The OpenID Connect issuer people sign in with; empty signs in with local accounts only."""
    oidc_client_id: str = ""
    """The client this installation is registered as at the issuer."""
    oidc_client_secret: str = ""
    """Its secret; empty for a public client, which PKCE alone protects."""
    oidc_scopes: str = "openid profile email"
    """What is asked of the issuer."""
    second_factor: Literal["optional", "offices"] = "optional"
    """`offices`: whoever decides for others (advisor, ops, finance, auditor) sets up a second factor before
    anything else, unless they sign in at the issuer above."""
    security_contact: str = Field("", pattern=r"^((mailto:|https://)[!-~]{3,200})?$")
    """Where a hole in the security is reported, as `mailto:` or `https://`; told at `/.well-known/security.txt`."""
    account_cools_hours: int = Field(72, ge=0, le=720)
    """How long a changed bank account waits before a payment uses it; until then the one before is paid. The change
    is told to the old e-mail address at once."""
    language: Literal["fr", "nl", "en"] = "fr"
    """The language of pages when the visitor states none."""
    log_json: bool = False
    """Log lines as JSON instead of text."""
    log_level: str = "info"
    """debug, info, warning or error."""
    metrics_address: str = ""
    """host:port where a worker serves Prometheus metrics; empty serves none."""
    otlp_endpoint: str = ""
    """Where traces are sent (OTLP over HTTP), such as `http://collector:4318`; empty sends none. Headers that a
    collector wants: `OTEL_EXPORTER_OTLP_HEADERS`."""
    alarm_webhook: str = ""
    """Where `allin watch` posts its alarms as JSON; empty posts none."""
    alarm_mail: str = ""
    """Who gets the alarms by mail (through `mail_url`); empty mails nobody."""
    max_cached_workflows: int = 1000
    """How many parked jobs a worker keeps in memory; one costs about 0.4 MB."""

    @field_validator("otlp_endpoint")
    @classmethod
    def _over_http(cls, given: str) -> str:
        if given and not given.startswith(("http://", "https://")):
            raise ValueError("traces are sent over HTTP: give http://host:4318 or https://...")
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: str) -> str:
        for part in parts_of(given):
            try:
                network = ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part!r} is neither an address nor a network, such as 10.0.0.0/8") from None
            if network.prefixlen == 0:
                raise ValueError(f"{part!r} is everybody: name the proxies")
        return given

    @model_validator(mode="after")
    def _addresses_are_safe(self) -> "Settings":
        unknown = sorted(set(self.partner_urls) - set(PARTNERS))
        if unknown:
            raise ValueError(f"partner_urls: unknown partner {unknown[0]!r}; known are {', '.join(PARTNERS)}")
        for name, address in self.partner_urls.items():
            check_address(f"partner_urls: {name}", address, real=self.production)
        if self.alarm_webhook:
            check_address("alarm_webhook", self.alarm_webhook, real=self.production)
        return self

    @model_validator(mode="after")
    def _production_is_real(self) -> "Settings":
        if not self.production:
            return self
        if self.sandbox_url:
            raise ValueError("sandbox_url: a production installation has no simulated partners; remove it")
        missing = [name for name in PARTNERS if name != "mail" and name not in self.partner_urls]
        if missing:
            raise ValueError(f"partner_urls: in production these partners need an address: {', '.join(missing)}")
        if not self.master_keys:
            raise ValueError("master_keys: in production give id:base64 of 32 random bytes")
        return self

    @property
    def proxies(self) -> list[str]:
        """The proxies whose word is taken for who asks."""
        return parts_of(self.trusted_proxies)

    @property
    def https(self) -> bool:
        """Whether people reach the pages over TLS."""
        return self.public_url.startswith("https://")

    @property
    def database(self) -> str:
        """The application database's address."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data / 'allin.db').absolute()}"

    def keys(self) -> MasterKeys:
        """The master keys, read or made."""
        return MasterKeys.parse(self.master_keys) if self.master_keys else MasterKeys.in_folder(self.data)

    def partner(self, name: str) -> str:
        """The address of one partner; WrongSetting when there is none."""
        if url := self.partner_urls.get(name):
            return url.rstrip("/")
        if self.sandbox_url:
            return f"{self.sandbox_url.rstrip('/')}/{name}"
        raise WrongSetting(f"ALLIN_PARTNER_URLS has no address for {name!r}, and there is no ALLIN_SANDBOX_URL")

    def is_sandbox(self, name: str) -> bool:
        """Whether this partner is simulated."""
        return name not in self.partner_urls and bool(self.sandbox_url)


def load_settings(**overrides: object) -> Settings:
    """Read the settings; WrongSetting with one line that names the first wrong one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # validated by pydantic right here
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise WrongSetting(f"ALLIN_{name.upper()}: {first['msg']}") from error
