"""The cooperative's electronic seal, made at a distance on the hash of a document.

Source: Cloud Signature Consortium API v2.0.0.2, sections 11.5 to 11.10; consulted 23-11-2026.
"""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate
from pydantic import Field

from domain.errors import PartnerDown
from domain.services.employment_contract import Seal
from engine.first_tries import may_be_there
from partners.http import PartnerHttp, PartnerMessage, in_path

SHA_256 = "2.16.840.1.101.3.4.2.1"
ECDSA_WITH_SHA_256 = "1.2.840.10045.4.3.2"


class Credential(PartnerMessage):
    """Which key signs."""

    credential: str = Field(serialization_alias="credentialID")


class Certificates(PartnerMessage):
    """The chain of a credential."""

    certificates: tuple[str, ...]


class CredentialDetails(PartnerMessage):
    """What is known of a credential."""

    certificate: Certificates = Field(alias="cert")


class Authorisation(Credential):
    """What is asked leave for."""

    signatures: int = Field(1, serialization_alias="numSignatures")
    hashes: tuple[str, ...]
    hash_algorithm: str = Field(SHA_256, serialization_alias="hashAlgorithmOID")


class Leave(PartnerMessage):
    """Signature activation data."""

    sad: str = Field(alias="SAD")


class HashToSign(Credential):
    """The hash, and the leave to sign it."""

    sad: str = Field(serialization_alias="SAD")
    hashes: tuple[str, ...]
    hash_algorithm: str = Field(SHA_256, serialization_alias="hashAlgorithmOID")
    algorithm: str = Field(ECDSA_WITH_SHA_256, serialization_alias="signAlgo")
    reference: str = Field(serialization_alias="clientData")


class Signatures(PartnerMessage):
    """One signature per hash."""

    signatures: tuple[str, ...]


class Earlier(PartnerMessage):
    """What a key led to before."""

    body: Signatures


class SealPartner:
    """A trust service that holds the cooperative's key."""

    def __init__(self, http: PartnerHttp, credential: str = "cooperative-seal") -> None:
        self._http = http
        self._credential = credential

    async def seal(self, *, key: str, reference: str, document: bytes) -> Seal:
        """Seal a document once; a seal that does not verify is no seal."""
        digest = base64.b64encode(hashlib.sha256(document).digest()).decode()
        earlier = await self._http.look(f"/by-key/{in_path(key)}", Earlier) if may_be_there(key) else None
        signatures = earlier.body if earlier is not None else await self._sign(key, reference, digest)
        details = await self._http.ask(
            "POST", "/csc/v2/credentials/info", CredentialDetails, body=Credential(credential=self._credential)
        )
        seal = Seal(
            document_sha256=digest,
            signature=signatures.signatures[0],
            certificates=details.certificate.certificates,
        )
        if not verified(seal, document):
            raise PartnerDown(self._http.partner, "its signature does not fit the document")
        return seal

    async def sealed(self, key: str) -> bool:
        """Whether a seal was made under this key, also when its answer got lost."""
        return await self._http.look(f"/by-key/{in_path(key)}", Earlier) is not None

    async def _sign(self, key: str, reference: str, digest: str) -> Signatures:
        asked = Authorisation(credential=self._credential, hashes=(digest,))
        leave = await self._http.ask("POST", "/csc/v2/credentials/authorize", Leave, body=asked)
        wanted = HashToSign(credential=self._credential, sad=leave.sad, hashes=(digest,), reference=reference)
        return await self._http.ask("POST", "/csc/v2/signatures/signHash", Signatures, key=key, body=wanted)


def verified(seal: Seal, document: bytes) -> bool:
    """Whether a seal was made by its certificate's key, on exactly this document."""
    public = load_der_x509_certificate(base64.b64decode(seal.certificates[0])).public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        public.verify(base64.b64decode(seal.signature), document, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
