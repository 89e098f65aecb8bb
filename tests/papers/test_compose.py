"""docker-compose.yml: its server of Temporal is tuned as the local stack's is."""

import yaml

from starter.stack.servers.temporal_server import DYNAMIC_CONFIG
from tests.support.places import ROOT


def test_temporal_has_the_local_stacks_dynamic_configuration_channels_taking_turns_among_it() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    content = yaml.safe_load(compose["configs"]["temporal-dynamic-config"]["content"])
    in_compose = {key: values[0]["value"] for key, values in content.items()}
    assert in_compose == {key: yaml.safe_load(value) for key, value in DYNAMIC_CONFIG.items()}
    assert in_compose["matching.enableFairness"] is True
