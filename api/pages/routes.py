"""Every page's router, in one place."""

from api.pages import declare, door, member, office, office_money, office_story

ROUTERS = (door.router, declare.router, member.router, office.router, office_money.router, office_story.router)
