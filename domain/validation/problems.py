"""Problems of a document, for the person who wrote it."""

from dataclasses import dataclass

Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where in the document, and what to do about it."""

    where: Location
    message: str

    @property
    def field(self) -> str:
        """The location as a person writes it: components[2].share"""
        text = ""
        for part in self.where:
            text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        return text or "(document)"
