"""Numbers and words that say what went wrong, and therefore are never masked."""

from __future__ import annotations

import re

HTTP_STATUSES = frozenset(
    (
        *(200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308),
        *(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 418, 421, 422, 423, 424),
        *(425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 524),
    )
)

PORTS_OF_SERVICES = frozenset(
    (
        *(21, 22, 25, 53, 80, 110, 143, 389, 443, 465, 587, 636, 993, 1025, 1433, 1521, 1883, 2181, 2375, 2379, 3000),
        *(3001, 3306, 4000, 4200, 4222, 4317, 4318, 4444, 5000, 5001, 5173, 5432, 5433, 5601, 5671, 5672, 6379, 6380),
        *(6443, 7001, 7233, 7474, 7687, 8000, 8001, 8080, 8081, 8082, 8083, 8086, 8088, 8090, 8123, 8125, 8200, 8443),
        *(8500, 8761, 8888, 9000, 9042, 9090, 9091, 9092, 9093, 9100, 9200, 9300, 9411, 9443, 10250, 11211, 15672),
        *(16686, 26379, 27017, 50051),
    )
)
"""Ports that name a service. Any other is as likely to be one that a machine picked."""

ERROR_CODE = re.compile(
    r"(?:ORA|PLS|TNS|SQL|SQLSTATE|TS|CS|CA|NU|NETSDK|MSB|BC|FS|E|ER|ERR|EC|ERROR|HTTP|AADSTS|KB|CVE|PG|DB|JS"
    r"|RTE|VM|CODE"
    r"|STATUS|EXIT|SIG|X|F|W|C|D|S|HY|XX|RPC|GRPC|SOAP|LDAP|DPY|DPI|MY|MSG)[-_]?\d{2,6}[A-Z]?"
)
"""A whole word such as ORA-00942, TS2345 or E1234. Other prefixes name things: ORD-10432 is an order."""

NOT_A_STATUS_BEFORE = re.compile(
    r"(?:#|\b(?:id|ids|line|row|order|port|page|item|number|nr|no|user|invoice|chunk|batch|index|count|size|attempt|at"
    r"|build|run|job|pid))[ :=#]{0,3}$",
    re.IGNORECASE,
)
NOT_A_STATUS_AFTER = re.compile(
    r"[ ]?(?:%|items?\b|rows?\b|bytes?\b|times?\b|records?\b|elements?\b|entries\b|lines?\b|errors?\b|chars"
    r"|characters\b"
    r"|messages?\b|retries\b|attempts?\b|results?\b|files?\b|tests?\b|users?\b|orders?\b|of\b)",
    re.IGNORECASE,
)


def is_status(number: str, before: str, after: str) -> bool:
    """It stands for an HTTP status, and does not count or number something."""
    if not number.isdecimal() or len(number) != 3 or int(number) not in HTTP_STATUSES:  # noqa: PLR2004 - its digits
        return False
    return not NOT_A_STATUS_BEFORE.search(before) and not NOT_A_STATUS_AFTER.match(after)
