"""Values that change from run to run; `{uuid}` in a text gives way to a new one, `{uuid:a}` to the same one again."""

import random
import re
import string

ADJECTIVES = ("brave", "calm", "eager", "fancy", "gentle", "happy", "jolly", "kind", "lively", "proud")
NAMES = ("anna", "bilal", "chen", "dora", "emil", "fatou", "goran", "hana", "ivan", "june")
CONSONANTS = "bcdfghjklmnpqrstvwxz2456789"


class Values:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._kept = {}

    def into(self, text: str) -> str:
        """`{{` and `}}` are braces."""
        return re.sub(r"\{([a-z]+)(:[a-z0-9]+)?\}", self._value, text).replace("{{", "{").replace("}}", "}")

    def _value(self, found: re.Match) -> str:
        kind, kept = found[1], found[2]
        if not hasattr(self, f"_{kind}"):
            return found[0]
        value = getattr(self, f"_{kind}")()
        return self._kept.setdefault((kind, kept), value) if kept else value

    def _of(self, letters: str, length: int) -> str:
        return "".join(self._chance.choices(letters, k=length))

    def _n(self):
        return str(self._chance.randint(2, 9_000))

    def _small(self):
        return str(self._chance.randint(2, 19))

    def _price(self):
        return f"{self._chance.randint(1, 400)}.{self._chance.randint(0, 99):02}"

    def _hex(self):
        return self._of("0123456789abcdef", 12)

    def _sha(self):
        return self._of("0123456789abcdef", 40)

    def _addr(self):
        return "0x7f" + self._of("0123456789abcdef", 10)

    def _jhash(self):
        return self._of("0123456789abcdef", 7) + "1"

    def _uuid(self):
        return "-".join(self._of("0123456789abcdef", n) for n in (8, 4, 4, 4, 12))

    def _ip(self):
        return ".".join(str(self._chance.randint(1, 254)) for _ in range(4))

    def _port(self):
        return str(self._chance.randint(32_768, 60_999))

    def _ts(self):
        day, hour = self._chance.randint(10, 28), self._chance.randint(10, 23)
        return f"2026-11-{day}T{hour}:{self._chance.randint(10, 59)}:{self._chance.randint(10, 59)}.{self._chance.randint(100, 999)}Z"

    def _day(self):
        return f"2026-{self._chance.randint(10, 12)}-{self._chance.randint(10, 28)}"

    def _ms(self):
        return str(self._chance.choice((500, 3000, 5000, 10000, 15000, 30000)))

    def _dur(self):
        return f"{self._chance.randint(1, 59)}.{self._chance.randint(10, 99)}s"

    def _tmp(self):
        return f"/tmp/pytest-of-ci/pytest-{self._chance.randint(1, 99)}/{self._of(string.ascii_lowercase, 8)}{self._chance.randint(0, 9)}"

    def _tenant(self):
        return f"{self._chance.choice(ADJECTIVES)}-{self._chance.choice(NAMES)}"

    def _mail(self):
        return f"{self._chance.choice(NAMES)}.{self._n()}@example.org"

    def _order(self):
        return f"ORD-{self._chance.randint(10_000, 99_999)}"

    def _cus(self):
        return "cus_" + self._of(string.ascii_letters + string.digits, 10) + "7aB3x9"

    def _pod(self):
        return f"{self._of('0123456789abcdef', 9)}-{self._of(CONSONANTS, 5)}"

    def _node(self):
        return self._chance.choice(
            (
                f"gke-pool-{self._of('0123456789abcdef', 8)}-{self._of(CONSONANTS, 4)}",
                f"ip-10-0-{self._small()}-{self._small()}.ec2.internal",
                f"i-{self._of('0123456789abcdef', 17)}",
                f"kind-worker{self._chance.randint(2, 9)}",
            )
        )

    def _line(self):
        return str(self._chance.randint(10, 400))

    def _jwt(self):
        return f"eyJhbGciOiJIUzI1NiJ9.{self._of(string.ascii_letters, 24)}.{self._of(string.ascii_letters, 20)}"
