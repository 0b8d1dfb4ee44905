import pytest

from bot.deployments.last_words import LONGEST, last_line


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (b"", ""),
        (b"\n  \n", ""),
        (b"one\ntwo\n\n", "two"),
        (b"\x1b[31merror: no space left\x1b[0m\r\n", "error: no space left"),
        (b"password=hunter2hunter2\n", "password=[redacted]"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n", "[redacted]"),
        (b"cut \xff\xfe off", "cut \ufffd\ufffd off"),
        (b"x" * 900, "x" * LONGEST),
    ],
    ids=["nothing", "blanks", "the last", "colours", "a secret", "lines of a key", "no text", "long"],
)
def test_the_last_line_of_a_log_has_no_secrets_and_no_controls(log, line):
    assert last_line(log) == line
