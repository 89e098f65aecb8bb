"""The suppliers that this machine plays: each protocol that has a simulator of the same name.

An account at one of them is two variables, which the example connections refer to: ACME_SIM_APP_ID (or
whatever the vendor calls it) and ACME_SIM_SECRET. ACME_SIM_URL is where it is served. The test system of the
same supplier has ACME_SANDBOX_SIM_APP_ID and so on.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from simulator.protocol import Simulator
from simulator.registry import sandbox_named, simulators
from simulator.shop.account import Account
from starter.outlines import known_protocols
from starter.stack.info import simulator_variable


def simulated() -> dict[str, Simulator]:
    """By name, in the order of their ports. Raises NotReady."""
    return {name: simulators()[name] for name in sorted(known_protocols()) if name in simulators()}


def ports_from(first: int) -> dict[str, int]:
    """The usual port of each; 0 stands for a free one."""
    return {name: first and first + number for number, name in enumerate(simulated())}


def sandboxes() -> dict[str, Simulator]:
    """Each supplier's test system by the name that it is served under."""
    return {sandbox_named(name): simulator for name, simulator in simulated().items()}


def account_of(name: str, simulator: Simulator, environ: Mapping[str, str]) -> Account:
    """The customer's account that the environment names; for what it does not, the vendor's printed one."""
    default = simulator.account
    return replace(
        default,
        app_id=environ.get(simulator_variable(name, simulator.account_id), default.app_id),
        secret=environ.get(simulator_variable(name, "secret"), default.secret),
    )


def account_makers(served: Mapping[str, Simulator] | None = None) -> dict[str, Callable[[], str]]:
    """How to make up an account at each, by variable. A secret's 32 characters are an AES-256 key as well."""
    made: dict[str, Callable[[], str]] = {}
    for name, simulator in (simulated() if served is None else served).items():
        made[simulator_variable(name, simulator.account_id)] = lambda: f"dev{secrets.token_hex(5)}"
        made[simulator_variable(name, "secret")] = lambda: secrets.token_hex(16)
    return made
