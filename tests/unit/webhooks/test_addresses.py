"""Where webhooks may go: the public internet, by whichever way an address is written."""

import pytest

from domain.webhooks.addresses import is_allowed, url_problem


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "192.0.0.9",
        "240.0.0.1",
        "fec0::1",
        "4000::1",
        "::ffff:0:10.0.0.1",
        "::ffff:0:5db8:d822",
        "64:ff9b:1::a00:1",
        "64:ff9b:1:7f00:1::",
        "not an address",
    ],
)
def test_nothing_inside_our_walls(address: str) -> None:
    assert not is_allowed(address, loopback=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_this_machine_only_where_it_is_said(address: str) -> None:
    assert is_allowed(address, loopback=True)
    assert not is_allowed(address, loopback=False)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "1.1.1.1"]
)
def test_the_public_internet(address: str) -> None:
    assert is_allowed(address, loopback=False)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://shop.example/hooks?x=1", None),
        ("https://shop.example:8443/", None),
        ("http://127.0.0.1:8000/hooks", None),
        ("http://localhost/hooks", None),
        ("http://[::1]:80/", None),
        ("http://shop.example/", "must be an https address: plain http is for this machine only"),
        ("ftp://shop.example/", "must be an https address, like https://shop.example/webhooks"),
        ("https://", "must be an https address, like https://shop.example/webhooks"),
        ("https://10.0.0.1/", "must be an address of the public internet"),
        ("https://[fe80::1]/", "must be an address of the public internet"),
        ("https://a:99999999/", "not a web address"),
        (
            "https://u:p@shop.example/",
            "must have no user name, password or fragment, and 2000 characters at most",
        ),
        (
            "https://shop.example/#x",
            "must have no user name, password or fragment, and 2000 characters at most",
        ),
        ("https://shop.example/a b", "must have no blanks and no control characters"),
    ],
)
def test_an_address_as_it_is_written(url: str, problem: str | None) -> None:
    assert url_problem(url) == problem
