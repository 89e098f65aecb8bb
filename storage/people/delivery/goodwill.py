"""Paying out of goodwill is a case, which the desk opens: there is nothing to do in the order's own run."""

from storage.people.delivery.reissue import apply as apply
