"""The receipt of a street names each of its files with day, hash and rows, and says what is open."""

from __future__ import annotations

import re

import pytest

from redstats import places, sendback, tables
from redstats.months import Month
from redstats.sendback.mark import KINDS
from redstats.sendback.receipt import MUST

MONTH = Month(2026, 10)
STREETS = places.on(MONTH.end).streets
pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def receipts(sample_project):
    marks = {made.street.code: made.marks for made in sendback.make(sample_project, MONTH, STREETS[:4])}
    return {
        street: (
            sendback.Receipts(sample_project, MONTH).of(street, marks.get(street.code)),
            marks.get(street.code),
        )
        for street in STREETS[:4]
    }


def test_each_file_is_named_with_its_hash_and_no_other_streets(sample_project, receipts):
    files = tables.read(sample_project, tables.FILES, MONTH)
    for street, (text, _) in receipts.items():
        sent = files[(files["street_code"] == street.code) & (files["kind"] != "review")]
        assert len(sent) and set(re.findall("SHA-256：(\\w+)", text)) == set(sent["sha256"])
        for row in sent.itertuples():
            assert row.source_file in text and str(row.first_seen) in text
        for name in set(files["source_file"]) - set(sent["source_file"]):
            assert name not in text


def test_what_is_open_is_what_goes_back_and_a_shortfall_is_no_obstacle(receipts):
    for text, marks in receipts.values():
        for kind, word in KINDS.items():
            count = sum(mark.kind == kind for mark in marks)
            assert (f"{word} {count} 项" in text) == bool(count), (kind, text)
        is_open = any(mark.kind in MUST or (mark.kind == "check" and not mark.is_answered) for mark in marks)
    assert ("没有必须更正、补报或说明的内容" in text) == (not is_open)


def test_a_street_of_which_nothing_could_be_read_has_a_receipt_with_the_reason(sample_project):
    text = sendback.Receipts(sample_project, MONTH).of(STREETS[0], None)
    assert "请按上面的说明重新报送" in text


def test_who_sent_nothing_gets_none(sample_project):
    files = tables.read(sample_project, tables.FILES, MONTH)
    assert not sendback.has_file(files[files["street_code"] != STREETS[0].code], STREETS[0])
