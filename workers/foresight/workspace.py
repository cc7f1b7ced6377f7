"""A room of the cooperative: what its verbs would do."""

from collections.abc import Mapping

from domain.decision_preview import Foreseen
from domain.orders import StepOrder
from domain.services.workspace import WorkspaceRequest
from storage.services.workspace import RoomStore
from workers.foresight.drawing import Look, adopted, own, posting, repeated
from workers.site import OnSite

RoomOrder = StepOrder[WorkspaceRequest]


async def hold(site: OnSite, order: RoomOrder) -> Foreseen:
    """Keep a room of our own."""
    room = await RoomStore(site.database).find(order.key)
    if room is not None and room.state in ("held", "confirmed"):
        return adopted("room", None, room.room)
    return repeated(own("a room for these days", order.key, order.request.ceiling_eur))


async def confirm(site: OnSite, order: RoomOrder) -> Foreseen:
    """Keep it for good, and book its cost."""
    held = await hold(site, order)
    cost = posting("cost of the room", order.key_for("cost"), order.request.ceiling_eur)
    return held.model_copy(update={"effects": (*held.effects, cost)})


async def release(site: OnSite, order: RoomOrder) -> Foreseen:
    """Give it back, for nothing."""
    return repeated(
        own("the room given back", order.key), posting("nothing stays owed", order.key_for("cost-back"))
    )


LOOKS: Mapping[str, Look] = {
    "workspace.hold": hold,
    "workspace.confirm": confirm,
    "workspace.release": release,
}
