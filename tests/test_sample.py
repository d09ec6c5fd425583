"""The sample: real-looking returns with nothing else wrong with them than what their truth says."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from redstats import places, standard
from redstats.errors import RunError
from redstats.months import Month
from redstats.sample import MONTHS, generate
from redstats.sample.shortfalls import CLEAN, POOR
from redstats.settings import Settings
from redstats.text import fold
from redstats.values import read_value
from redstats.workbooks.writing import Book

ROOT = Path(__file__).parents[1]
LATEST = "2026-10"


@pytest.fixture(scope="module")
def sample():
    return generate()


@pytest.fixture(scope="module")
def raw(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    sample.write(folder)
    return folder


@pytest.fixture(scope="module")
def latest(raw):
    return {path.name: load_workbook(path) for path in sorted((raw / LATEST).iterdir())}


def cell(books, place):
    return books[place.source_file][place.source_sheet][place.cell].value


# What is written.


def test_two_runs_write_the_same_bytes(raw, tmp_path):
    again = {path.relative_to(tmp_path): path.read_bytes() for path in generate().write(tmp_path)}
    assert again == {path.relative_to(raw): path.read_bytes() for path in raw.rglob("*.xlsx")}


def test_a_month_is_a_file_of_each_street_and_of_the_reviewers_and_once_a_file_was_sent_twice(raw):
    roll, each = places.on(dt.date(2026, 10, 31)), Counter(path.parent.name for path in raw.glob("*/*.*"))
    assert each == {str(month): len(roll.streets) + 1 + (str(month) == LATEST) for month in MONTHS}


def test_another_seed_gives_another_sample(sample):
    assert not generate(7).values.equals(sample.values)


def test_every_workbook_says_that_it_is_an_example(latest):
    for book in latest.values():
        assert "示例数据" in book.properties.category
        assert "示例数据" in book.worksheets[0].title
        first = [value for row in book.worksheets[0].iter_rows(max_row=1, values_only=True) for value in row]
        assert any("示例数据" in str(value) for value in first)


def test_every_street_reports_every_month_and_so_do_the_reviewers(sample):
    streets = {street.code for street in places.on(dt.date(2026, 10, 31)).streets}
    for month in sample.months:
        assert {one.street.code for one in sample.returns if str(one.month) == month} == streets
    assert sample.months == tuple(str(one) for one in MONTHS)
    assert [one.month for one in sample.reviews] == list(MONTHS)


def test_each_street_has_some_45_committees_whose_names_are_its_own(sample):
    for one in sample.returns:
        names = [row.committee.name for row in one.rows]
        assert 38 <= len(names) <= 52 and len(set(names)) == len(names)


def test_most_streets_carry_every_field_that_is_not_obsolete(sample):
    fields = set(standard.on(dt.date(2026, 10, 31)).asked_fields)
    obsolete = {name for name in fields if "epidemic" in name or name.startswith("pcr")}
    carried = [set(one.fields) for one in sample.returns if str(one.month) == LATEST]
    assert sum(fields - obsolete <= names for names in carried) >= 6
    assert sum(bool(obsolete & names) for names in carried) == 1


def test_every_heading_names_its_field_and_no_other(sample):
    known: dict[str, set[str]] = {}
    for one in standard.on(dt.date(2026, 10, 31)).return_fields.values():
        for heading in (one.label, *one.also):
            known.setdefault(fold(heading), set()).add(one.id)
    for made in sample.returns[:10]:
        for column in made.columns[1:]:
            unit = f"（{column.field.unit}）"
            *above, own = [fold(heading.removesuffix(unit).strip()) for heading in column.headings]
            paths = {
                id_
                for heading, ids in known.items()
                for id_ in ids
                if ">" in heading
                and heading.split(">")[1] == own
                and any(heading.split(">")[0] in parent for parent in above)
            }
            assert paths == {column.field.id} or (not paths and known.get(own) == {column.field.id}), (
                made.file,
                column.headings,
            )


# What is true about it.


def test_every_cell_reads_as_the_truth_says(sample, latest):
    fields = standard.on(dt.date(2026, 10, 31)).fields
    wrong = []
    truth = sample.values[sample.values["month"] == LATEST]
    for place in truth.itertuples():
        found = latest[place.source_file][place.source_sheet][place.cell]
        raw = found.value.date() if isinstance(found.value, dt.datetime) else found.value
        month = dt.date(2026, 10, 1)
        said = read_value(raw, fields[place.field], month=month, number_format=found.number_format).value
        if said != place.value and not (said is None and place.value == ()):
            wrong.append((place.source_file, place.cell, place.field, found.value, place.value, said))
    assert not wrong[:10]


def test_what_is_not_met_is_what_was_planted_and_nothing_else(sample):
    found = {
        (str(one.month), row.committee.street.code, row.committee.name, requirement)
        for one in sample.returns
        for row in one.rows
        for requirement in not_met(sample, one, row)
    }
    told = sample.shortfalls
    keys = ["month", "street_code", "committee_name", "requirement"]
    assert found == set(told[keys].itertuples(index=False, name=None))
    assert len(found) == len(told)


def test_only_the_planted_contradictions_contradict_themselves(sample):
    found = [
        (str(one.month), row.committee.name, check)
        for one in sample.returns
        for row in one.rows
        for check in contradictions(sample, one, row)
    ]
    odd = sample.oddities[sample.oddities["kind"] == "contradiction"]
    assert sorted(name for _, name, _ in found) == sorted(odd["committee_name"])
    assert {month for month, _, _ in found} == {LATEST} and len(found) == 2


def test_shortfalls_are_many_different_and_uneven(sample):
    now = sample.shortfalls[sample.shortfalls["month"] == LATEST]
    assert now["requirement"].nunique() >= 45 and 100 <= len(now) <= 150
    per_street = Counter(now["street_code"])
    assert per_street[CLEAN] == 0
    assert per_street[POOR] == max(per_street.values())


def test_about_nineteen_of_twenty_eligible_committees_have_a_party_organisation(sample):
    rows = [row for one in sample.returns if str(one.month) == LATEST for row in one.rows]
    eligible = [row.values for row in rows if row.values.get("party_org_eligible")]
    without = [values for values in eligible if values["party_org_type"] == "无"]
    assert len(without) == 20 and 0.94 < 1 - len(without) / len(eligible) < 0.96


def test_shortfalls_last_appear_vanish_and_come_back(sample):
    told = sample.shortfalls
    lives = told.groupby(["street_code", "committee_name", "requirement"])["month"].agg(tuple)
    spans = set(lives)
    assert sample.months in spans and (LATEST,) in spans
    assert any(LATEST not in span for span in spans)
    assert any("2026-07" in span and LATEST in span and len(span) < 4 for span in spans)


def test_oddities_stand_in_the_workbooks(sample, latest):
    odd = sample.oddities[sample.oddities["month"] == LATEST]
    said = {kind: {cell(latest, one) for one in rows.itertuples()} for kind, rows in odd.groupby("kind")}
    assert said["blank"] == {None}
    assert said["unreadable"] == {"若干", "数次", "#REF!", "2026年6月31日"}
    assert len(odd[odd["kind"] == "contradiction"]) == 2


def test_what_is_counted_for_the_year_never_goes_down(sample):
    ytd = [one.id for one in standard.on(dt.date(2026, 10, 31)).fields.values() if one.period == "ytd"]
    counts = sample.values[
        sample.values["field"].isin([name for name in ytd if name.endswith(("_ytd", "_count"))])
    ]
    counts = counts.dropna(subset="value")
    for _, rows in counts.groupby(["street_code", "committee_name", "field"]):
        assert list(rows["value"]) == sorted(rows["value"])


# Late and corrected returns.


def test_one_return_of_the_latest_month_is_late_and_all_others_in_time(sample):
    deadline = Settings().deadline_day
    late = [one for one in sample.returns if one.filed > one.month.next.start.replace(day=deadline)]
    assert [(one.street.name, str(one.month)) for one in late] == [("新华路街道", LATEST)]
    assert all(one.filed.day <= 4 for one in sample.returns if one not in late)


def test_one_street_sent_a_second_file_that_corrects_the_first(sample, latest):
    (first,) = sample.corrections
    right = next(one for one in sample.returns if one.street == first.street and one.month == first.month)
    assert "（更正）" in right.file and right.file.replace("（更正）", "") == first.file
    assert first.filed < right.filed
    assert {first.file, right.file} <= set(latest)
    assert len(right.rows) == len(first.rows) + 1
    corrected = {row.committee.name: row.values for row in right.rows}
    changed = [row for row in first.rows if row.values != corrected[row.committee.name]]
    assert len(changed) == 9
    assert first.file not in set(sample.values["source_file"]) | set(sample.shortfalls["source_file"])


# Folders of other people.


def test_a_folder_with_somebody_elses_file_is_left_alone(sample, tmp_path):
    foreign = tmp_path / LATEST / "华阳路街道.xlsx"
    foreign.parent.mkdir()
    foreign.write_bytes(b"sent")
    with pytest.raises(RunError) as refusal:
        sample.write(tmp_path)
    assert "华阳路街道.xlsx" in refusal.value.where
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [foreign]


def test_an_example_that_somebody_saved_again_is_no_longer_ours(sample, raw, tmp_path):
    name = sample.returns[0].file
    changed = tmp_path / sample.months[0] / name
    changed.parent.mkdir()
    book = load_workbook(raw / sample.months[0] / name)
    book.save(changed)
    with pytest.raises(RunError):
        sample.write(tmp_path)


# Writing workbooks.


def test_text_never_becomes_a_formula_and_keeps_no_control_characters(tmp_path):
    book = Book()
    sheet = book.sheet("a/b:c*d" * 9)
    texts = ["=1+1", "+cmd", "@SUM(A1)", "#REF!", "a\x00b\x0bc\r\nd", "长" * 40_000, "半\ud800个"]
    for at, text in enumerate(texts, start=1):
        book.put(sheet, at, 1, text)
    path = book.save(tmp_path / "deep" / "book.xlsx")
    (read,) = load_workbook(path).worksheets
    column = [row[0] for row in read.iter_rows()]
    assert {one.data_type for one in column} == {"s"}
    assert [one.value for one in column[:5]] == ["=1+1", "+cmd", "@SUM(A1)", "#REF!", "abc\nd"]
    assert len(column[5].value) == 32_767 and column[5].value.endswith("…（过长，已截断）")
    assert len(read.title) <= 31
    assert [one.name for one in path.parent.iterdir()] == ["book.xlsx"]


def test_a_workbook_that_cannot_be_replaced_says_what_to_do(tmp_path):
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(RunError, match="请先关闭"):
        Book().save(tmp_path / "book.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_link_leads_to_a_place_in_the_same_workbook(tmp_path):
    book = Book()
    book.sheet("明细")
    book.link(book.sheet("汇总"), 1, 1, "见明细", "明细!B2")
    read = load_workbook(book.save(tmp_path / "book.xlsx"))["汇总"]["A1"]
    assert (read.value, read.hyperlink.location) == ("见明细", "'明细'!B2")


# An independent judge: the published expectations applied to the truth, without any of the machinery.


def suites():
    for path in sorted((ROOT / "expectations").glob("*.json")):
        if path.stem != "recommendations":  # of other tables, see test_forms_checks
            yield from json.loads(path.read_text(encoding="utf-8"))["expectations"]


EXPECTATIONS = list(suites())


def not_met(sample, made, row):
    rules = standard.on(made.month.end)
    data = derived(sample, made, row, rules)
    if data["committee_status"] not in rules.edition.judged_statuses:
        return
    for one in EXPECTATIONS:
        asked = rules.requirements.get(one["meta"].get("requirement", ""))
        if (
            asked is None
            or asked.period == "year"
            or (asked.months and made.month.number not in asked.months)
        ):
            continue
        if fails(one, data, blank_fails=asked.blank == "not_met"):
            yield asked.id


def contradictions(sample, made, row):
    data = derived(sample, made, row, standard.on(made.month.end))
    for one in EXPECTATIONS:
        if "check" in one["meta"] and "unique" not in one["type"] and fails(one, data, blank_fails=False):
            yield one["meta"]["check"]


def left_open(sample, made, row, opened: list[str], closed: str) -> float:
    """The cases of the months before that nobody has dealt with yet."""
    still = 0
    for earlier in sorted(sample.returns, key=lambda one: one.month):
        for other in earlier.rows if earlier.month < made.month else ():
            if other.committee is row.committee:
                told = {name: other.values.get(name) or 0 for name in (*opened, closed)}
                still = max(0, still + sum(told[name] for name in opened) - told[closed])
    return still


def derived(sample, made, row, rules):
    values = {name: row.values.get(name) for name in made.fields}
    month: Month = made.month
    owner, other = values.get("disputes_owner"), values.get("disputes_property")
    election, end = values.get("election_date"), values.get("term_end")
    kind = values.get("party_org_type")
    return {
        **values,
        "$": {
            **rules.parameters,
            "party_org_members": 1,
            "party_branch_members": 3,
            "ratio_tolerance": 0.005,
        },
        "party_eligible": values["party_org_eligible"],
        "has_party_org": None if kind is None else kind != "无",
        "party_ratio_of": values.get("member_count")
        if values.get("serving_count") is None
        else values["serving_count"],
        "disputes_due": None
        if owner is None or other is None
        else owner
        + other
        + left_open(sample, made, row, ["disputes_owner", "disputes_property"], "mediated"),
        **{
            name: None
            if values.get("breach_count") is None
            else values["breach_count"] + left_open(sample, made, row, ["breach_count"], closed)
            for name, closed in (("breaches_due", "demand_count"), ("breaches_unfixed", "breach_fixed"))
        },
        "election_in_month": bool(election and month.start <= election <= month.end),
        "term_running": None if end is None else end >= month.end,
        "rating_period_start": dt.date(min(values["rating_year"] + 1, month.year), 1, 1)
        if values.get("rating_year")
        else None,
        "as_of": month.end,
        "year_start": dt.date(month.year, 1, 1),
        "parking_updated_since": month.plus(-12).end,
    }


def fails(one, data, *, blank_fails):
    """Whether a row breaks an expectation; False where it does not apply or cannot be judged."""
    known = {**data, **data["$"]}  # some parameters have the name of a field
    asked = {
        name: known[value["$PARAMETER"]] if isinstance(value, dict) and "$PARAMETER" in value else value
        for name, value in one["kwargs"].items()
    }
    condition = asked.get("row_condition")
    if condition and not holds(condition, data):
        return False
    names = asked.get("column_list") or [asked.get("column") or asked["column_A"]]
    values = [data.get(name) for name in names]
    kind = one["type"].removeprefix("expect_")
    if kind == "any_column_to_hold":
        return None not in values and not any(value not in (None, False, 0, "无") for value in values)
    if None in values:
        return blank_fails
    value = values[0]
    if kind == "column_values_to_be_in_set":
        return value not in asked["value_set"]
    if kind == "column_values_to_not_be_in_set":
        return value in asked["value_set"]
    if kind == "column_values_to_be_between":
        low, high = asked.get("min_value"), asked.get("max_value")
        return (low is not None and value < low) or (high is not None and value > high)
    if kind == "column_values_to_not_be_null":
        return False
    if kind == "column_items_to_number_at_least":
        return len(value) < asked["minimum"]
    if kind == "column_items_to_include_all":
        return not set(asked["required"]) <= set(value)
    if kind == "share_to_be_at_least":
        return value < asked["minimum"] * sum(values[1:])
    if kind == "date_to_follow":
        return not values[1] <= value <= asked["until"]
    if kind == "column_pair_values_a_to_be_greater_than_b":
        other = data.get(asked["column_B"])
        return other is not None and (value < other or (value == other and not asked.get("or_equal")))
    raise AssertionError(kind)


def holds(condition, data):
    value = data.get(condition["column"]["name"])
    if condition["type"] == "nullity":
        return (value is None) == condition["is_null"]
    wanted = condition["parameter"]
    return (
        value is not None
        and {"==": value == wanted, ">": condition["operator"] == ">" and value > wanted}[
            condition["operator"]
        ]
    )


def test_merged_neighbourhoods_point_to_the_cell_that_holds_the_name(sample, latest):
    truth = sample.values
    named = truth[(truth["month"] == LATEST) & (truth["field"] == "neighbourhood_committee")]
    assert all(cell(latest, place) == place.value for place in named.itertuples())
    sheet = next(book for name, book in latest.items() if name.startswith("新华路"))["示例数据"]
    boxes = [range_boundaries(str(area)) for area in sheet.merged_cells.ranges]
    assert any(bottom > top for _, top, _, bottom in boxes if top > 6)
