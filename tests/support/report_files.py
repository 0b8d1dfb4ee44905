"""Test reports for tests: the payloads of this repository, and others made on the spot."""

import gzip
import io
import zipfile
from contextlib import contextmanager
from pathlib import Path

from bot.suites.reports import BadReport, Limits, Tally, reports

PAYLOADS = Path(__file__).resolve().parents[1] / "payloads" / "reports"


def read(data, limits=None):
    """(cases, what was wrong): all cases of all reports in these bytes, kept also when something was wrong."""
    cases, troubles = [], []
    with _noted(troubles):
        for _, batches in reports(io.BytesIO(data), "r", limits or Limits()):
            with _noted(troubles):
                cases.extend(case for batch in batches for case in batch)
    return cases, troubles


@contextmanager
def _noted(troubles):
    try:
        yield
    except BadReport as trouble:
        troubles.append(trouble)


def cases_of(data, limits=None):
    cases, troubles = read(data, limits)
    assert troubles == []
    return cases


def by_name(data, limits=None):
    return {case.name: case for case in cases_of(data, limits)}


def verdict_of(data, limits=None):
    cases, troubles = read(data, limits)
    tally = Tally()
    tally.add(cases)
    for trouble in troubles:
        tally.note(trouble)
    return tally.verdict


def payload(name):
    return (PAYLOADS / name).read_bytes()


def junit(inside, name="s"):
    return f'<testsuites><testsuite name="{name}">{inside}</testsuite></testsuites>'.encode()


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(
                zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED
            )  # without the time: it is in a test's id
    return packed.getvalue()


def gzipped(data):
    return gzip.compress(data, mtime=0)  # a test is called after its data, the same in each process
