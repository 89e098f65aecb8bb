"""Sentences that are made where they are read and stored nowhere; their words are in English and Chinese."""
