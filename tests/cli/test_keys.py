"""`perkflow keys`: what lies under each key, and a rotation that says what is left."""

import base64
import uuid

import pytest

from starter.announced import announced
from storage.base.sealing import KeyRing
from tests.cli.beside import beside
from tests.cli.running import Perkflow, rows
from tests.cli.stacks import CREDIT, KEY, OLD, name_world
from tests.support.servers.worlds import OwnWorld
from tests.support.world import working

NEW_KEY = f"k2:{base64.b64encode(b'2' * 32).decode()}"


@pytest.mark.timeout(120)
async def test_a_rotation_says_what_is_left_and_ends_with_one_only_when_nothing_is(
    own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with own_world(f"cli-keys-{uuid.uuid4().hex[:8]}") as world:
        name_world(world, monkeypatch)
        one = await beside("keys", "rewrap")
        assert (one.exit_code, one.out.splitlines()[-1]) == (
            0,
            "Finished: all lies under k1. Other keys can go from PERKFLOW_KEYRING everywhere.",
        )
        async with working(world.workers()):
            bundle = await world.publish(
                [
                    {"id": "video", "benefit": "cli-key"},
                    {"id": "credit", "benefit": "cli-credit", "release": {"after": "P365D"}},
                ],
                [KEY, CREDIT],
            )
            document = world.order(bundle, recipients={"shared": {"type": "phone", "value": OLD}})
            await world.place(document)
            await world.until(document, lambda order: order.deliveries[0].state == "delivered")
        ring = world.variables["PERKFLOW_KEYRING"]
        monkeypatch.setenv("PERKFLOW_KEYRING", f"{NEW_KEY},{ring}")
        listed = await beside("keys", "list")
        run = f"order/shop/{document.order_no}"
        assert [row[:8] for row in rows(listed.out)] == [
            ["k2", "seals", "0", "0", "0", "0", "0", "0"],
            ["k1", "opens", "1", "0", "0", "0", "0", "1"],
        ]
        assert "1 recipients, 1 credentials," in listed.out
        assert OLD not in listed.out
        left = await beside("keys", "rewrap")
        assert (left.exit_code, left.err) == (1, "1 data keys of orders wrapped under k2\n")
        assert f"Not finished: under k1 lie 1 open runs ({run}), told to go on in new ones" in left.out
        told = await beside("keys", "rewrap", "--json")
        assert (told.exit_code, told.err, told.document["finished"]) == (1, "", False)
        assert told.document["wrapped"] == {
            "data_keys": 0,
            "pool_keys": 0,
            "callbacks": 0,
            "webhook_secrets": 0,
            "channel_secrets": 0,
        }
        [old] = [each for each in told.document["keys"] if each["key"] == "k1"]
        assert (old["data_keys"], old["named"]) == (0, [run])


async def test_a_worker_that_seals_otherwise_is_named_before_anything_is_wrapped(
    own_world: OwnWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with own_world(f"cli-keys-{uuid.uuid4().hex[:8]}") as world:
        name_world(world, monkeypatch)
        ring = world.variables["PERKFLOW_KEYRING"]
        monkeypatch.setenv("PERKFLOW_KEYRING", f"{NEW_KEY},{ring}")
        async with announced(world.database, KeyRing.parse(f"{ring},{NEW_KEY}")):
            ran = await beside("keys", "rewrap", "--json")
            assert (ran.exit_code, ran.failure["code"]) == (1, "keys_refused")
            assert "still seals with key k1: put k2 in front in its PERKFLOW_KEYRING" in ran.failure["detail"]


def test_the_help_says_how_a_key_is_replaced(perkflow: Perkflow) -> None:
    shown = " ".join(perkflow("keys", "--help").out.replace("│", " ").split())
    assert "put the new one behind the others on every worker, gateway and client" in shown
    assert "then run `perkflow keys rewrap` until it says that it is finished" in shown
