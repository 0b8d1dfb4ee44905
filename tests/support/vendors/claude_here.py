"""A scripted model to try diagnoses by: `python -m tests.support.vendors.claude_here 8971`, and in .env

ANTHROPIC_API_KEY=sk-ant-api03-of-the-tests-only
ANTHROPIC_BASE_URL=http://127.0.0.1:8971

It looks at the lines around the first piece of evidence, and then tells what the statistics say in words of its own.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import deque

import uvicorn

from tests.support.vendors.claude import Body, Line, Script, answers, claude_api, looks_up, statement

CITED = re.compile(r"^\s*\[(E\d+)\] (?:\w+, strength [\d.]+: )?<data>(.*?)</data>", re.MULTILINE)
ANSWER = re.compile(r"Statistics say: <data>(.*?)</data>, confidence (\w+)")


def obliging(body: Body) -> object:
    """First it looks, then it answers."""
    asked = body["messages"][0]["content"][0]["text"]
    if len(body["messages"]) == 1:
        return looks_up(("logs_around", {"evidence": "E1", "seconds": 120}))(body)
    return told(asked)(body)


def told(asked: str) -> Line:
    found = ANSWER.search(asked)
    services = re.findall(r"^(\d+)\. <data>(.*?)</data>", asked, re.MULTILINE)
    service = next((int(number) for number, name in services if found and name == found[1]), 0)
    cited = CITED.findall(asked)
    return answers(
        service=service,
        inconclusive=not service,
        confidence=found[2] if found else "low",
        summary=statement(f"{found[1]} is where it begins." if found else "", *(id for id, _ in cited[:1])),
        because=[statement(f"I see that {words}", id) for id, words in cited[:3]],
    )


def main(port: int) -> None:
    script = Script(deque([obliging]))
    print(__doc__)
    uvicorn.run(claude_api(script), host="127.0.0.1", port=port, log_level="warning")
    print(json.dumps({"requests": len(script.asked)}))


if __name__ == "__main__":
    known = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known.add_argument("port", nargs="?", type=int, default=8971, help="on 127.0.0.1; 8971 where none is given")
    main(known.parse_args().port)
