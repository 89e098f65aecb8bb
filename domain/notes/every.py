"""Every note. Whoever reads a code that another room wrote finds its class here.

Not imported with the first one: commands, whose help names verbs, start without them.
"""

from domain.notes import aftercare, general, people, progress, upkeep
from domain.notes.handing import refusals
from domain.notes.supply import answers, exchanges, goods

__all__ = [
    "aftercare",
    "answers",
    "exchanges",
    "general",
    "goods",
    "people",
    "progress",
    "refusals",
    "upkeep",
]
