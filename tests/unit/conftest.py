"""Property tests search for counterexamples; how long a single example takes on a busy machine is no bug."""

from hypothesis import settings

settings.register_profile("unit", deadline=None, max_examples=100)
settings.load_profile("unit")
