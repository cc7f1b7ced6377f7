"""The one way to connect to Temporal, for every process.

Honours Temporal's own environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
TEMPORAL_TLS_*, TEMPORAL_PROFILE); the `ALLIN_TEMPORAL_*` settings win where given.
"""

import dataclasses
from datetime import timedelta
from typing import Protocol

from temporalio.api.enums.v1.common_pb2 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client, Interceptor
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from engine.codec import EncryptionCodec, KeyRing

JOB_STATE = SearchAttributeKey.for_keyword("JobState")
PARKED = SearchAttributeKey.for_keyword_list("ParkedServices")
MEMBER = SearchAttributeKey.for_keyword("MemberId")
CLIENT = SearchAttributeKey.for_keyword("ClientId")
TAKEN_AGAIN_AFTER = timedelta(seconds=5)
"""When a worker dies in the middle of a decision, another takes it after so long; the engine's default is ten."""
_TYPES = {
    "JobState": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "ParkedServices": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "MemberId": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "ClientId": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
}


class TemporalAddress(Protocol):
    """Where Temporal is."""

    temporal_address: str | None
    temporal_namespace: str | None


def data_converter(ring: KeyRing) -> DataConverter:
    """Pydantic models, encrypted; the messages and traces of failures too."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptionCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    where: TemporalAddress,
    ring: KeyRing,
    *,
    interceptors: tuple[Interceptor, ...] = (),
    runtime: Runtime | None = None,
    identity: str | None = None,
) -> Client:
    """Connect; RuntimeError or RPCError when Temporal cannot be reached."""
    config = ClientConfig.load_client_connect_config()
    if where.temporal_address:
        config["target_host"] = where.temporal_address
    if where.temporal_namespace:
        config["namespace"] = where.temporal_namespace
    config.setdefault("target_host", "127.0.0.1:7233")
    return await Client.connect(
        **config,
        data_converter=data_converter(ring),
        interceptors=list(interceptors),
        runtime=runtime,
        identity=identity,
    )


async def ensure_search_attributes(client: Client) -> list[str]:
    """Create the missing search attributes; returns the names it made.

    Temporal Cloud creates them with its own tools and refuses this call: then nothing is made here.
    """
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
        missing = {name: kind for name, kind in _TYPES.items() if name not in known.custom_attributes}
        if missing:
            await client.operator_service.add_search_attributes(
                AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
            )
        return sorted(missing)
    except RPCError as error:
        if error.status in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED):
            return []
        raise
