import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.model import written
from bot.redaction import HIDDEN, redact, redact_value
from tests.support.timing import assert_takes

WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=24, max_size=40)
AROUND = st.sampled_from(["", " ", "\n", '"', "(", "error: "])
SECRETS = st.one_of(
    WORD.map("xoxb-{}".format),
    WORD.map("xoxp-1-2-{}".format),
    WORD.map("xapp-1-{}".format),
    WORD.map("ghp_{}".format),
    WORD.map("glpat-{}".format),
    WORD.map("sk-ant-{}".format),
    WORD.map("sbx_abcdefgh23_{}".format),
    WORD.map(str.lower).map("sbd_{}".format),
    WORD.map("Bearer {}".format),
    WORD.map("password={}".format),
    WORD.map('"client_secret": "{}'.format),
    WORD.map("Authorization: Basic {}".format),
    WORD.map("redis://user:{}@host:6379/0".format),
    WORD.map("https://hooks.slack.com/services/T0/B0/{}".format),
    WORD.map("eyJhbGciOi.eyJzdWIi.{}".format),
    WORD.map("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----".format),
)


@given(SECRETS, AROUND, AROUND)
def test_no_secret_survives_wherever_it_stands(secret, before, after):
    word = max(secret.replace("@", " ").replace("/", " ").replace("-", " ").replace("_", " ").split(), key=len)
    assert word not in redact(f"{before}{secret}{after}")


@given(st.text() | st.lists(SECRETS).map(" ".join))
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "ana holds integration until 16:30",
        "http://127.0.0.1:8020/api/chat.postMessage",
        "postgresql://signalbox@db/signalbox",
        "Basic Information > App-Level Tokens",
        "https://example.com/a@b",
        "mask-of-the-day",
    ],
)
def test_plain_text_stays(text):
    assert redact(text) == text


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=52, max_size=52))
def test_a_token_of_our_own_is_hidden_whole(secret):
    assert redact(f"curl -u {written('abcdefgh23', secret)}:x") == f"curl -u {HIDDEN}:x"


def test_aws_keys_are_hidden():
    assert redact("id AKIAIOSFODNN7EXAMPLE") == f"id {HIDDEN}"


def test_an_address_keeps_everything_but_its_password():
    assert redact("redis://u:p@ss:word@h:1/0") == f"redis://u:{HIDDEN}@h:1/0"


def test_secrets_are_found_inside_nested_values():
    found = redact_value({"headers": [{"Authorization": "abc"}], "text": "xoxb-1234567", "fencing_token": 7, "n": None})
    assert found == {"headers": [{"Authorization": HIDDEN}], "text": HIDDEN, "fencing_token": 7, "n": None}


@pytest.mark.parametrize(
    "part", ["v", "a.", "token", "eyJ-", "eyJa.", "a://b:", "token-", "bearer ", "-----BEGIN ", "=:"]
)
def test_a_long_word_takes_no_longer_than_its_length_asks_for(part):
    """Whoever sends a log line chooses it: 16,000 letters took minutes."""
    text = part * (16_000 // len(part))
    assert_takes(lambda: redact(text), at_most=1)
