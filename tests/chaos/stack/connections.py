"""How the workers of a fault run reach their suppliers: as in production, with shorter waits."""

import yaml

from simulator.registry import simulators

CONNECTIONS = """
connections:
  kayixin:
    protocol: kayixin
    base_url: ${KAYIXIN_URL}
    app_id: ${KAYIXIN_APP_ID}
    secret: ${KAYIXIN_SECRET}
    callback_url: ${CALLBACKS}/callbacks/kayixin
    timeout: PT4S
    absence_after: PT4S
    verify_after: [P1D]
    max_per_second: 100
  fulu:
    protocol: fulu
    gateway: ${FULU_URL}
    app_key: ${FULU_APP_KEY}
    secret: ${FULU_SECRET}
    timeout: PT4S
    absence_after: PT4S
    max_per_second: 100
  pool:
    protocol: pool
"""
BOUGHT_FROM = sorted(set(yaml.safe_load(CONNECTIONS)["connections"]) & set(simulators()))
"""Each connection to a simulator has its name."""
LADDER_SCALE = 0.02
"""A callback is repeated after 0.3 s instead of 15."""
