"""Fulu open platform v2 (福禄开放平台): cards, links and recharges, accepted now and delivered later.

Sources: the vendor's parameter tables and SDKs, as restated in our supplier notes, section 2. No error table
is published, and nothing can be given back.
"""

from adapters.fulu.adapter import Fulu
from adapters.fulu.config import FuluConfig

__all__ = ["Fulu", "FuluConfig"]
