"""Whole lives: any job a declaration can say, any course people, partners and the bank can take.

`draw` makes a life from a seed, `holding` says what must hold whatever happened, `shrinking` makes a failing
life small, `writing` writes it out as a test. Nothing here reads a clock or reaches a partner.
"""

from allin.lives.drawing import draw
from allin.lives.life import Course, Life

__all__ = ["Course", "Life", "draw"]
