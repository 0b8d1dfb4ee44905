"""What values that change look like, in the order in which they are looked for."""

from __future__ import annotations

_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DAYS = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm]\b)?"
_ZONE = r"(?: ?(?:Z\b|UTC|GMT|CES?T|[+-]\d{2}:?\d{2}))*"
_K8S = "bcdfghjklmnpqrstvwxz2456789"
_UNIT = (
    r"(?:milliseconds?|microseconds?|nanoseconds?|seconds?|minutes?|hours?|days?|msecs?|millis|secs?|mins?|hrs?"
    r"|ms|us|µs|"
    r"ns|s|m|h|d)"
)
_ROOTS = (
    r"tmp|var|home|usr|opt|root|builds?|workspace|app|srv|private|Users|data|mnt|etc|github|bitbucket|runner|ci"
    r"|code|src"
    r"|jenkins|go|vercel|codebuild|workdir|project|repo|lib|bin|dev|proc|run|github"
)

DIGIT, LETTER, MARK = "d", "l", "m"
_WORDS = (
    r"(?i:ex|er|wi|sy|st|ht|co|si|sq|hr|gl|us|cu|te|ac|lo|se|to|ey|ja|fe|ma|ap|ju|au|oc|no|de|mo|tu|we|th|fr|sa|su)"
)
"""How those of the kinds below begin that may start with a word of letters alone. Every other has a digit or a mark of
punctuation behind its letters, which is asked first, since most words of a text are none of either.
"""

STARTS = {
    DIGIT: r"\b(?=\d)",
    LETTER: rf"\b(?=[A-Za-z_])(?=[^\s\d:/\\@+-]*[\d:/\\@+-]|{_WORDS})",
    MARK: r"(?=[<:/~@\[-])",
}

KINDS = (
    ("placeholder", MARK, r"<[a-z]{1,12}\d{0,3}>"),
    # What comes after these words is the very thing that went wrong.
    (
        "code",
        LETTER,
        (
            r"(?i:(?:exit(?:ed)?(?: with)?(?: code| status)?|errno|err(?:or)?[ _-]?(?:code|no|number)|error|"
            r"(?:win|sys)error|status(?:[ _-]?code)?|http(?:/\d(?:\.\d)?)?|code|signal|sqlstate|hresult|gle)"
            r"(?: was| is| of|[:=\[( ]){1,3}[\"']?)(?:0x[0-9a-fA-F]{8}|-?\d{1,5}|[0-9A-Z]{5})\b(?![-.:/]\w)"
        ),
    ),
    ("trace", DIGIT, r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b"),
    ("uuid", DIGIT + LETTER, r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    ("token", LETTER, r"eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?"),
    ("email", DIGIT + LETTER, r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,5}"),
    ("url", LETTER, r"[a-z][a-z0-9+:]{1,20}://[^\s\"'`<>|)\]}]+"),
    (
        "time",
        DIGIT,
        (
            rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]{_CLOCK})?{_ZONE}(?: m=[+-][\d.]+)?"
            rf"|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}(?:,? {_CLOCK}{_ZONE})?(?![.\d])"
            rf"|\d{{1,2}} {_MONTHS}(?:,? \d{{4}}\b)?(?:,? {_CLOCK}{_ZONE})?(?=\W|$)"
            r"|\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?[AaPp][Mm]\b)?"
            r"|\d{4}/\d{2}/\d{2}(?: \d{2}:\d{2}:\d{2}(?:[.,]\d+)?)?"
        ),
    ),
    (
        "time",
        LETTER,
        (
            rf"{_DAYS},? (?:{_MONTHS} \d{{1,2}}|\d{{1,2}} {_MONTHS})(?:,? \d{{4}})?(?: {_CLOCK})?{_ZONE}(?: \d{{4}}\b)?"
            rf"|{_MONTHS} \d{{1,2}}(?:,? \d{{4}}\b)?(?:,? {_CLOCK}{_ZONE})?(?=\W|$)"
        ),
    ),
    ("ip", DIGIT, r"(?<!\.)\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w.]\w)"),
    (
        "ip",
        DIGIT + LETTER + MARK,
        r"(?<![\w:])\[?(?=[0-9a-fA-F:]{0,39}\d)(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?:%\w+)?\]?(?!\w)",
    ),
    ("port", MARK, r"(?<=[\w\]>]):\d{2,5}\b(?![.:]?\d)"),
    ("host", LETTER, r"ip-\d{1,3}(?:-\d{1,3}){3}(?:\.[\w.-]+)?|i-[0-9a-f]{8,17}\b"),
    (
        "node",
        LETTER,
        (
            r"(?i:(?<=\bnode )|(?<=\bhost )|(?<=\bnode: )|(?<=\bnode=)|(?<=\binstance )|(?<=\brunner )|(?<=\bmachine )|"
            r"(?<=\bworker )|(?<=\bnode \")|(?<=\bnode '))(?=[\w.-]{0,60}[\d-])[A-Za-z][\w.-]{2,80}"
        ),
    ),
    ("pod", DIGIT + LETTER, rf"(?<=[a-z0-9]-)(?:[{_K8S}]{{8,10}}|[0-9a-f]{{8,10}})-[{_K8S}]{{5}}(?![A-Za-z0-9-])"),
    ("suffix", DIGIT + LETTER, rf"(?<=[a-z0-9]-)(?=[a-z]{{0,5}}\d)[{_K8S}]{{4,5}}\b(?![-.]?\w)"),
    ("machine", DIGIT + LETTER, r"(?<=[a-z0-9]-)(?=[a-z]{0,3}\d{1,3}[a-z])[a-z0-9]{4,5}\b(?![-.]?\w)"),
    ("address", DIGIT, r"0[xX][0-9a-fA-F]+\b"),
    ("address", MARK, r"(?<=\w)@[0-9a-f]{5,8}\b"),
    ("path", LETTER, r"(?<![\w.])[A-Za-z]:\\[^\s\"'<>|:]+(?::\d+){0,2}"),
    ("path", MARK, rf"(?<![\w.])~?/(?:{_ROOTS})(?:/[^\s\"'<>|:,;)\]]+)+(?::\d+){{0,2}}"),
    ("file", DIGIT + LETTER, r"(?<![\w.:/])(?:[\w.@+-]{1,80}/){1,30}[\w.@+-]{1,80}\.[a-z]{1,5}(?::\d+)*\b"),
    (
        "who",
        LETTER,
        (
            r"(?i:(?:user|customer|tenant|username|account|login|session|token)(?: id"
            r"| name)?[ :=]{1,2})['\"][^'\"]{1,80}['\"]"
        ),
    ),
    (
        "sha",
        DIGIT + LETTER,
        (
            r"(?:sha256:)?(?=[a-f]{0,64}\d)(?=\d{0,64}[a-f])[0-9a-f]{7,64}\b"
            r"|(?=[A-F]{0,64}\d)(?=\d{0,64}[A-F])[0-9A-F]{16,64}\b"
        ),
    ),
    (
        "duration",
        DIGIT,
        rf"(?<!\.)(?:(?:\d{{1,9}}(?:\.\d{{1,9}})?{_UNIT}){{2,4}}\b|\d{{1,12}}(?:[.,]\d{{1,9}})? ?{_UNIT}\b)",
    ),
    ("duration", LETTER, r"PT\d[\dHMS.]{1,12}\b"),
    ("size", DIGIT, r"(?<!\.)\d{1,15}(?:[.,]\d{1,6})? ?(?:[KMGT]i?B|[kB]B?|bytes?)\b"),
    ("version", LETTER, r"v\d+(?:\.\d+){1,3}(?:-[\w.]+)?\b"),
    ("named", LETTER, r"[A-Z]{1,12}[-_]?\d{2,}(?:-\d+)*[A-Z]?\b"),
    (
        "random",
        DIGIT + LETTER,
        (
            r"(?=[A-Za-z_]{0,100}\d[A-Za-z_]{0,100}\d)\w{10,400}\b"
            r"|(?=[A-Za-z+/]{0,400}\d)[A-Za-z0-9+/]{40,400}={0,2}(?!\w)"
        ),
    ),
    ("word", LETTER, r"[A-Za-z]{1,30}\d{3,}\b|(?:[A-Za-z]{1,40}_){1,8}\d+\b"),
    ("n", DIGIT, r"(?<!\.)\d+(?:[.,_]\d+)*(?:[eE][+-]?\d+)?(?![A-Za-z0-9])"),
    ("n", MARK, r"(?<![A-Za-z0-9.])-\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?(?![A-Za-z0-9])"),
)
"""Name, how it may begin, and what it looks like; the first that fits is taken. What all begin with is asked once."""
