from ipaddress import ip_address

import pytest

from bot.callbacks.model import Reach, signature
from bot.errors import UsageError

STRICT = Reach()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.1", "192.168.0.1", "::1", "fe80::1",
     "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "ff02::1"],
)  # fmt: skip
def test_only_the_public_internet_is_called_unless_a_host_is_listed(address):
    assert not STRICT.allows("evil.example.com", ip_address(address))
    assert Reach(("evil.example.com",)).allows("evil.example.com", ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_the_public_internet_is_called(address):
    assert STRICT.allows("example.com", ip_address(address))


def test_this_machine_is_called_where_everything_runs_on_it():
    embedded = Reach(loopback=True)
    assert embedded.allows("localhost", ip_address("127.0.0.1"))
    assert not embedded.allows("metadata", ip_address("169.254.169.254"))
    embedded.check("http://localhost:8080/hook")


def test_a_star_stands_for_names_below_and_not_for_names_that_end_alike():
    reach = Reach(("*.ci.example.com",))
    inside = ip_address("10.0.0.1")
    assert reach.allows("a.CI.example.com.", inside)
    assert not reach.allows("ci.example.com", inside)
    assert not reach.allows("evilci.example.com", inside)


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://example.com/", "file:///etc/passwd", "http://", "http://u:p@example.com/", "http://10.0.0.1/",
     "http://[::1]/", "http://localhost/", "http://a.localhost./", "http://example.com:x/", "http://exämple.com/",
     "http://example.com/\n", "http://example.com/ x", "http://[::1/", "http://example.com/" + "a" * 2000],
)  # fmt: skip
def test_what_can_be_told_from_the_address_is_refused_at_once(url):
    with pytest.raises(UsageError, match="callback_url"):
        STRICT.check(url)


def test_a_signature_is_what_openssl_makes_of_time_and_body():
    """printf '1767603600.{}' | openssl dgst -sha256 -hmac key"""
    digest = "2fcafe855a959e1a88535926781d761f17e363a0e12fd29bac503a742a564e64"
    assert signature("key", 1767603600, b"{}") == f"t=1767603600,v1={digest}"
