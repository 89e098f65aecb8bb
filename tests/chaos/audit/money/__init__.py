"""Invariants about money: shares, refunds, chargebacks."""
