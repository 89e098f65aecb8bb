"""Benchmarks: side by side in one run, ratios first. `make bench` writes `bench/results.json`."""
