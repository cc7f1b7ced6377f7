"""Social security: telling who starts to work, and reading what it answers.

Source: Dimona REST v2 of the ONSS/RSZ (OpenAPI 3.0.3 at rest-documentation.socialsecurity.be), consulted
23-11-2026.
"""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import Field

from domain.dimona import DimonaAnswer, DimonaDeclaration, DimonaPeriod
from engine.first_tries import may_be_there
from partners.http import Clock, PartnerHttp, PartnerMessage, in_path

TOKEN = "/REST/oauth/v5/token"  # noqa: S105 - an address, not a secret
DECLARATIONS, PERIODS = "/REST/dimona/v2/declarations", "/REST/dimona/v2/periods"
SCOPE = "scope:dimona:declaration:declarant scope:dimona:declaration:consult"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(seconds=300)  # the longest the token service accepts
EARLY = timedelta(seconds=30)  # a token about to expire would expire on its way


@dataclass(frozen=True)
class DimonaAccount:
    """Who declares: the client registered with social security, and its key."""

    client_id: str
    private_key_pem: bytes | None = None
    """None only for the simulated administration, which believes a name."""
    audience: str = "https://services.socialsecurity.be/REST/oauth/v5/token"

    def form(self, now: datetime) -> dict[str, str]:
        """The request for a token. Source: RFC 7523 section 2.2."""
        form = {"grant_type": "client_credentials", "scope": SCOPE}
        if self.private_key_pem is None:
            return form | {"client_id": self.client_id}
        return form | {"client_assertion_type": JWT_BEARER, "client_assertion": self._assertion(now)}

    def _assertion(self, now: datetime) -> str:
        issued = int(now.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "jti": uuid4().hex,
            "iat": issued,
            "exp": issued + int(ASSERTION_LIFE.total_seconds()),
        }
        signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        key = load_pem_private_key(self.private_key_pem or b"", password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the key for social security is an RSA key in PEM form")
        return f"{signed}.{_base64url(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _part(claims: dict[str, object]) -> str:
    return _base64url(json.dumps(claims, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Token(PartnerMessage):
    """Leave to declare, for some minutes."""

    access_token: str
    expires_in: int = 600


class Features(PartnerMessage):
    """What kind of employment."""

    worker_type: str = Field(serialization_alias="workerType")
    joint_committee: str = Field(serialization_alias="jointCommissionNumber")


class In(PartnerMessage):
    """The start of an employment."""

    start_on: str = Field(serialization_alias="startDate")
    end_on: str | None = Field(None, serialization_alias="endDate")
    start_hour: str | None = Field(None, serialization_alias="startHour")
    end_hour: str | None = Field(None, serialization_alias="endHour")
    planned_hours: int | None = Field(None, serialization_alias="plannedHoursNumber")
    features: Features


class Update(PartnerMessage):
    """Other days or hours of an employment that was declared."""

    period: str = Field(serialization_alias="periodId")
    start_on: str | None = Field(None, serialization_alias="startDate")
    end_on: str | None = Field(None, serialization_alias="endDate")
    start_hour: str | None = Field(None, serialization_alias="startHour")
    end_hour: str | None = Field(None, serialization_alias="endHour")
    planned_hours: int | None = Field(None, serialization_alias="plannedHoursNumber")


class Out(PartnerMessage):
    """The end of an employment."""

    period: str = Field(serialization_alias="periodId")
    end_on: str = Field(serialization_alias="endDate")


class CancelDeclaration(PartnerMessage):
    """An employment that never began."""

    period: str = Field(serialization_alias="periodId")


class Employer(PartnerMessage):
    """Who employs."""

    enterprise_number: str = Field(serialization_alias="enterpriseNumber")


class Worker(PartnerMessage):
    """Who is employed."""

    ssin: str


class DeclarationResource(PartnerMessage):
    """One declaration."""

    employer: Employer
    worker: Worker
    starts: In | None = Field(None, serialization_alias="dimonaIn")
    changes: Update | None = Field(None, serialization_alias="dimonaUpdate")
    ends: Out | None = Field(None, serialization_alias="dimonaOut")
    cancels: CancelDeclaration | None = Field(None, serialization_alias="dimonaCancel")


class Anomaly(PartnerMessage):
    """What is wrong with a declaration."""

    code: str
    french: str = Field("", alias="descriptionFr")


class EmploymentPeriod(PartnerMessage):
    """The employment period in social security's books."""

    id: str


class Status(PartnerMessage):
    """What became of a declaration."""

    declaration: str = Field(alias="declarationId")
    result: Literal["A", "W", "B", "S"]
    anomalies: tuple[Anomaly, ...] = ()
    period: EmploymentPeriod | None = None

    def answer(self) -> DimonaAnswer:
        """The same in our words."""
        return DimonaAnswer(
            declaration=self.declaration,
            result=self.result,
            period=self.period.id if self.period else None,
            anomalies=tuple(f"{anomaly.code} {anomaly.french}".strip() for anomaly in self.anomalies),
        )


class ConsultationAnswer(PartnerMessage):
    """The answer to a consultation."""

    status: Status = Field(alias="declarationStatus")


class LodgedDeclaration(PartnerMessage):
    """A declaration that was lodged."""

    declaration: str = Field(alias="declarationId")


class FoundDeclarations(PartnerMessage):
    """Declarations under one reference of ours."""

    declarations: tuple[LodgedDeclaration, ...] = ()


class KeptEmployer(PartnerMessage):
    """Whose employment a period is."""

    enterprise_number: str = Field(alias="enterpriseNumber")


class KeptPeriod(PartnerMessage):
    """An employment as social security has it."""

    id: str
    employer: KeptEmployer
    worker: Worker
    start_on: date = Field(alias="startDate")
    end_on: date = Field(alias="endDate")
    start_hour: str | None = Field(None, alias="startHour")
    end_hour: str | None = Field(None, alias="endHour")
    planned_hours: int | None = Field(None, alias="plannedHoursNumber")
    cancelled: bool = False

    def period(self) -> DimonaPeriod:
        """The same in our words."""
        return DimonaPeriod(
            period=self.id,
            enterprise_number=self.employer.enterprise_number,
            national_number=self.worker.ssin,
            start_on=self.start_on,
            end_on=self.end_on,
            start_hour=self.start_hour,
            end_hour=self.end_hour,
            planned_hours=self.planned_hours,
            cancelled=self.cancelled,
        )


class SocialSecurity:
    """Dimona over HTTP."""

    def __init__(self, http: PartnerHttp, account: DimonaAccount, clock: Clock) -> None:
        self._http = http
        self._account = account
        self._clock = clock
        self._token = ""
        self._valid_until: datetime | None = None

    async def declare(self, *, key: str, reference: str, declaration: DimonaDeclaration) -> str:
        """Lodge a declaration once and return its id; asks by our reference before it is lodged again."""
        if may_be_there(key) and (earlier := await self.known(reference)) is not None:
            return earlier
        headers = await self._signed_in()
        answer = await self._http.send(
            "POST",
            DECLARATIONS,
            key=key,
            body=_spoken(declaration),
            headers=headers | {"X-External-Reference": reference},
        )
        return answer.headers["Location"].rstrip("/").rpartition("/")[2]

    async def known(self, reference: str) -> str | None:
        """The id of the declaration with our reference, when it was lodged."""
        found = await self.lodged(reference)
        return found[0] if found else None

    async def lodged(self, reference: str) -> tuple[str, ...]:
        """The declarations that social security has under our reference."""
        headers = await self._signed_in()
        known = await self._http.ask(
            "GET", DECLARATIONS, FoundDeclarations, params={"externalReference": reference}, headers=headers
        )
        return tuple(one.declaration for one in known.declarations)

    async def answer(self, declaration: str) -> DimonaAnswer | None:
        """What was answered; None while it is being processed."""
        headers = await self._signed_in()
        path = f"{DECLARATIONS}/{in_path(declaration)}"
        found = await self._http.look(path, ConsultationAnswer, headers=headers)
        return None if found is None else found.status.answer()

    async def period(self, number: str) -> DimonaPeriod | None:
        """The employment under this number as it stands now; None when social security does not know it."""
        headers = await self._signed_in()
        found = await self._http.look(f"{PERIODS}/{in_path(number)}", KeptPeriod, headers=headers)
        return None if found is None else found.period()

    async def _signed_in(self) -> dict[str, str]:
        now = self._clock.now()
        if self._valid_until is None or now >= self._valid_until:
            answer = await self._http.send("POST", TOKEN, form=self._account.form(now))
            token = self._http.read(answer, Token)
            self._token = token.access_token
            self._valid_until = now + timedelta(seconds=token.expires_in) - EARLY
        return {"Authorization": f"Bearer {self._token}"}


def _spoken(told: DimonaDeclaration) -> DeclarationResource:
    parts = {"IN": _in, "UPDATE": _update, "OUT": _out, "CANCEL": _cancel}
    about = DeclarationResource(
        employer=Employer(enterprise_number=told.enterprise_number), worker=Worker(ssin=told.national_number)
    )
    return about.model_copy(update=parts[told.action](told))


def _in(told: DimonaDeclaration) -> dict[str, PartnerMessage]:
    if told.start_on is None:
        raise ValueError("an employment starts on a day")
    return {
        "starts": In(
            start_on=told.start_on.isoformat(),
            end_on=told.end_on.isoformat() if told.end_on else None,
            start_hour=told.start_hour,
            end_hour=told.end_hour,
            planned_hours=told.planned_hours,
            features=Features(worker_type=told.worker_type, joint_committee=told.joint_committee),
        )
    }


def _update(told: DimonaDeclaration) -> dict[str, PartnerMessage]:
    if told.period is None:
        raise ValueError("what is changed is a period")
    return {
        "changes": Update(
            period=told.period,
            start_on=told.start_on.isoformat() if told.start_on else None,
            end_on=told.end_on.isoformat() if told.end_on else None,
            start_hour=told.start_hour,
            end_hour=told.end_hour,
            planned_hours=told.planned_hours,
        )
    }


def _out(told: DimonaDeclaration) -> dict[str, PartnerMessage]:
    if told.period is None or told.end_on is None:
        raise ValueError("an employment ends in a period, on a day")
    return {"ends": Out(period=told.period, end_on=told.end_on.isoformat())}


def _cancel(told: DimonaDeclaration) -> dict[str, PartnerMessage]:
    if told.period is None:
        raise ValueError("what is cancelled is a period")
    return {"cancels": CancelDeclaration(period=told.period)}
