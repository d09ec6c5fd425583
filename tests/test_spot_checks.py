"""What streets claim is checked on the spot: drawn with known chances, read back as it was filled in, and never said to be more."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
import re
import shutil

import numpy as np
import openpyxl
import pytest
from drawn import Drawn
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from redstats import places, signing, spotchecks, standard, tables
from redstats.cli import app
from redstats.dashboards import Figures
from redstats.dashboards import spot_checks as page
from redstats.errors import RunError, StandardError
from redstats.incoming import files
from redstats.months import Month
from redstats.project import OF_DISTRICT, OF_STREET
from redstats.returns import read_return
from redstats.runs import inputs
from redstats.scores import sampling
from redstats.spotchecks import rulebook, sheet

MONTH = Month(2026, 10)
ROLL, RULES = places.on(MONTH.end), standard.on(MONTH.end)
RED = next(one.id for one in RULES.requirements.values() if one.red_line)
CHECKER = "欧阳核实"
WORDS = spotchecks.rules().results


def committees(month: Month = MONTH) -> list[dict]:
    """Six committees in each street but the last, which sent nothing; in September one requirement was not met."""
    states = dict.fromkeys(RULES.requirements, "met")
    if month < MONTH:
        states["patrols"] = "not_met"
    return [
        {"name": f"{street.label}{k}苑业委会", "street": street.code} | states
        for street in ROLL.streets[:-1]
        for k in range(6)
    ]


def month_of(folder, *months: Month) -> Drawn:
    drawn = Drawn(folder)
    for month in months:
        names = [{key: one[key] for key in ("name", "street")} for one in committees(month)]
        drawn.write(month, names)
        drawn.judge(month, committees(month))
        findings = tables.read(drawn.project, tables.FINDINGS, month)
        said = findings.assign(source_file="月报.xlsx", source_sheet="月报", cell="F12", reported="是")
        tables.write(drawn.project, tables.FINDINGS, month, said, ROLL.district_code)
    return drawn


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A month with a round drawn, and its sheets written; must not be changed."""
    project = month_of(tmp_path_factory.mktemp("spot") / "project", MONTH.previous, MONTH).project
    spotchecks.draw(project, MONTH, 20)
    sheet.write(project, MONTH, spotchecks.draws(project, MONTH), 1)
    return project


@pytest.fixture
def project(first, tmp_path):
    """The same, to be changed."""
    for name in ("data", "expectations"):
        shutil.copytree(first.root / name, tmp_path / "project" / name)
    return type(first)(tmp_path / "project")


def sheets_of(project) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sheet.folder(project, MONTH).iterdir()}


def fill(project, answer, change=lambda sheet: None, names=None) -> dict[str, str]:
    """Fill every sheet (or those of ``names``) by ``answer`` (street's name, number of the row), let ``change`` edit it, and put it
    where it is read; what was answered, by claim."""
    folder = project.raw / "spot-checks" / str(MONTH)
    folder.mkdir(parents=True, exist_ok=True)
    answered = {}
    for path in sorted(sheet.folder(project, MONTH).iterdir()):
        street = path.name.partition("-")[0]
        if names is not None and street not in names:
            continue
        book = openpyxl.load_workbook(path)
        filled = book.active
        for number, row in enumerate(range(6, filled.max_row + 1)):
            word = answer(street, number)
            filled.cell(row, 10).value = word
            if word:
                filled.cell(row, 11).value, filled.cell(row, 12).value = CHECKER, dt.datetime(2026, 11, 9)
                answered[filled.cell(row, 2).value] = word
        change(filled)
        book.save(folder / path.name)
    return answered


def results(checks) -> dict[str, str]:
    rows = checks[checks["result"].notna()]
    return {claim: WORDS[result] for claim, result in zip(rows["claim"], rows["result"], strict=True)}


def shown(project) -> str:
    return page.rates(Figures(project, MONTH)).html


# ---- the sample and what it says


def test_sixteen_of_forty_five_find_one_of_five_false_claims_with_ninety_percent():
    missed = math.comb(40, 16) / math.comb(45, 16)
    assert sampling.chance_to_find(45, 16, 5) == pytest.approx(1 - missed)
    assert round(1 - missed, 2) == 0.90
    assert sampling.least_to_find(45, 16) == 5
    assert sheet.size_sentence(45, 16).startswith(
        "共抽 16 项，抽自 45 项自报达标的。其中如有 5 项（11%）不属实，至少查出 1 项的可能有 90%"
    )


@given(st.integers(1, 60), st.data())
def test_the_smallest_number_that_is_found_is_the_smallest(claims, data):
    checked = data.draw(st.integers(1, claims))
    least = sampling.least_to_find(claims, checked)
    chances = [1 - math.comb(claims - k, checked) / math.comb(claims, checked) for k in range(claims + 1)]
    assert chances[least] >= sampling.SURE - 1e-12 and all(one < sampling.SURE for one in chances[:least])


classes = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from([1.0, 2.0, 4.0, 8.0])), min_size=1, max_size=4
)


@given(classes, st.integers(4, 60), st.integers(0, 40))
def test_chances_add_up_to_what_is_drawn_and_a_further_round_only_adds(classes, wanted, more):
    sizes, factors = (np.array(column) for column in zip(*classes, strict=True))
    counts = sampling.allocate(wanted, sizes, factors)
    assert counts.sum() == min(wanted, sizes.sum()) and (counts <= sizes).all()
    assert (counts >= 1).all() and (wanted < 2 * len(sizes) or (counts >= np.minimum(2, sizes)).all())
    assert (sizes * (counts / sizes)).sum() == pytest.approx(counts.sum())
    further = sampling.allocate(wanted + more, sizes, factors, counts)
    assert (further >= counts).all() and further.sum() == min(wanted + more, sizes.sum())


def test_fewer_than_the_classes_are_refused_for_some_claims_would_have_no_chance():
    with pytest.raises(ValueError, match="2 of 3"):
        sampling.allocate(2, np.array([5, 5, 5]), np.ones(3))


def test_the_weighted_share_is_unbiased_over_every_sample_there_is():
    """Two classes, all samples of each: the mean of the estimates is the share itself."""
    true = [np.array([1.0, 1, 0, 1, 0]), np.array([0.0, 1, 1])]
    estimates = [
        sampling.rate(
            np.concatenate([true[0][[*a]], true[1][[*b]]]), np.array([5 / 2, 5 / 2, 3 / 2, 3 / 2])
        ).low
        for a in itertools.combinations(range(5), 2)
        for b in itertools.combinations(range(3), 2)
    ]
    assert np.mean(estimates) == pytest.approx(5 / 8)


def test_a_claim_is_drawn_as_often_as_its_chance_says():
    of_claim = np.repeat([0, 1], [30, 6])
    counts = sampling.allocate(8, np.array([30, 6]), np.array([1.0, 4.0]))
    generator = np.random.default_rng(7)
    drawn = np.mean([sampling.places(of_claim, generator) < counts[of_claim] for _ in range(6000)], axis=0)
    assert np.abs(drawn - (counts / [30, 6])[of_claim]).max() < 0.03


def simulated(districts: int, seed: int):
    """Of so many districts: estimate, truth, and whether the interval holds it, of each street and of the whole.

    Streets differ in size, in how much is true, and in how that goes with the reasons for which claims are drawn more often.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for _ in range(districts):
        trend = generator.choice([-0.06, 0.0, 0.05])  # of the share that is true, from class to class
        whole = []
        for _ in range(10):
            sizes = np.maximum(
                (generator.dirichlet([6, 3, 1]) * generator.integers(900, 3400)).astype(int), 2
            )
            shares = np.clip(generator.uniform(0.75, 0.99) + trend * np.arange(3), 0, 0.995)
            of_claim = np.repeat(np.arange(3), sizes)
            true = (generator.random(len(of_claim)) < shares[of_claim]).astype(float)
            counts = sampling.allocate(20, sizes, 2.0 ** np.arange(3))
            drawn = sampling.places(of_claim, generator) < counts[of_claim]
            whole.append((true, true[drawn], (sizes / counts)[of_claim[drawn]]))
        for level, parts in (*(("street", [one]) for one in whole), ("district", whole)):
            all_true, checked, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
            rate, truth = sampling.rate(checked, weights), all_true.mean()
            rows.append((level, rate.low - truth, rate.lower <= truth <= rate.upper))
    return rows


def test_over_many_districts_nothing_is_biased_and_intervals_cover():
    rows = simulated(300, seed=20261031)
    for level in ("street", "district"):
        errors, covered = zip(*[(error, well) for name, error, well in rows if name == level], strict=True)
        assert abs(np.mean(errors)) < 0.005, level
        assert np.mean(covered) >= 0.94, level


def test_what_cannot_be_verified_is_counted_both_ways():
    rate = sampling.rate(np.array([1.0] * 15 + [0.0] * 2 + [np.nan] * 3), np.ones(20))
    assert (rate.low, rate.high, rate.effective) == pytest.approx((0.75, 0.9, 20))
    assert rate.lower < rate.low and rate.high < rate.upper <= 1
    certain = sampling.rate(np.ones(16), np.ones(16))
    assert certain.low == certain.upper == 1 and certain.lower == pytest.approx(0.025 ** (1 / 16))


# ---- drawing


def test_every_street_that_reported_has_a_sheet_and_known_chances(first):
    draws = spotchecks.draws(first, MONTH)
    drawn = draws[draws["round"].notna()]
    assert set(drawn.groupby("street_code").size()) == {20} and len(sheets_of(first)) == 9
    assert (1 / drawn["probability"]).groupby(drawn["street_code"]).sum().to_numpy(dtype=float) == (
        pytest.approx(draws.groupby("street_code").size().to_numpy(dtype=float))
    )
    assert draws["claim"].is_unique and draws[draws["round"].isna()]["probability"].isna().all()


def test_red_lines_and_what_is_met_for_the_first_time_are_drawn_more_often(first):
    draws = spotchecks.draws(first, MONTH)
    reasons = {id_: set(map(tuple, rows["reasons"])) for id_, rows in draws.groupby("requirement")}
    assert reasons[RED] == {("red_line", "never_checked")}
    assert reasons["patrols"] == {("first_met", "never_checked")}
    assert reasons["info_system"] == {("never_checked",)}
    drawn = draws[draws["probability"].notna()]
    chance = drawn.groupby("factor")["probability"].mean()
    assert chance.is_monotonic_increasing and chance.max() > 1.5 * chance.min()


def test_a_datum_that_a_street_has_explained_is_drawn_more_often(project):
    findings = tables.read(project, tables.FINDINGS, MONTH)
    claim = tables.records(findings[findings["state"] == "met"])[0]
    said = {key: claim[key] for key in tables.KEYS} | {
        "id": "A" * 12,
        "state": "given",
        "label": RULES.label(claim["field"]),
    }
    refused = said | {"id": "B" * 12, "state": "refused", "label": "别的"}
    tables.write(project, tables.EXPLANATIONS, MONTH, [said, refused], ROLL.district_code)
    for path in project.spot_checks(MONTH):
        path.unlink()
    spotchecks.draw(project, MONTH, 20)
    draws = spotchecks.draws(project, MONTH)
    explained = draws[["explained" in reasons for reasons in draws["reasons"]]]
    assert set(explained["field"]) == {claim["field"]}
    assert set(explained["committee_name"]) == {claim["committee_name"]}


def test_what_was_checked_is_no_longer_never_checked(project):
    fill(project, lambda street, row: "属实" if row < 5 else None)
    checked = spotchecks.read(project, MONTH).checks
    done = checked[checked["result"].notna()]
    november = MONTH.next
    findings = tables.read(project, tables.FINDINGS, MONTH).assign(month=str(november))
    tables.write(project, tables.FINDINGS, november, findings, ROLL.district_code)
    spotchecks.draw(project, november, 20)
    draws = spotchecks.draws(project, november)
    seen = draws[[("never_checked" not in reasons) for reasons in draws["reasons"]]]
    key = ["street_code", "committee_name", "requirement"]
    assert set(map(tuple, seen[key].to_numpy())) == set(map(tuple, done[key].to_numpy())) and len(done) == 45


def test_the_same_seed_makes_the_same_bytes_and_another_one_others(first, tmp_path):
    made = {}
    for name, seed in (("same", None), ("other", 7)):
        copy = month_of(tmp_path / name, MONTH.previous, MONTH).project
        spotchecks.draw(copy, MONTH, 20, seed)
        sheet.write(copy, MONTH, spotchecks.draws(copy, MONTH), 1)
        made[name] = sheets_of(copy)
    assert made["same"] == sheets_of(first)
    assert all(made["other"][name] != content for name, content in made["same"].items())


def test_a_second_round_overwrites_nothing_and_draws_nothing_twice(project):
    before, one = sheets_of(project), spotchecks.draws(project, MONTH)
    assert sheet.write(project, MONTH, one, 1) == []
    assert spotchecks.draw(project, MONTH, 20) == 2
    two = spotchecks.draws(project, MONTH)
    written = sheet.write(project, MONTH, two, 2)
    assert len(written) == 9 and all(path.name.endswith("-抽查单-2.xlsx") for path in written)
    after = sheets_of(project)
    assert {name: after[name] for name in before} == before
    kept = one["round"].notna()
    assert (two.loc[kept, "round"] == 1).all() and set(two["round"].dropna()) == {1, 2}
    assert (two["round"] == 2).sum() == 180
    assert (two.loc[kept, "probability"] >= one.loc[kept, "probability"]).all()
    assert "共抽 40 项" in openpyxl.load_workbook(written[0]).active["A2"].value


def test_a_sheet_that_is_gone_is_written_again_as_it_was(project):
    before = sheets_of(project)
    path = next(sheet.folder(project, MONTH).iterdir())
    path.unlink()
    assert sheet.write(project, MONTH, spotchecks.draws(project, MONTH), 1) == [path]
    assert sheets_of(project) == before


def test_a_later_round_keeps_to_the_first_seed(project):
    with pytest.raises(RunError, match="不能另定种子"):
        spotchecks.draw(project, MONTH, 20, seed=5)


def test_all_can_be_drawn_and_then_no_more(project):
    spotchecks.draw(project, MONTH, 10_000)
    assert spotchecks.draws(project, MONTH)["round"].notna().all()
    with pytest.raises(RunError, match="没有可以再抽的"):
        spotchecks.draw(project, MONTH, 20)


def test_too_few_for_the_classes_of_a_street_are_refused(tmp_path):
    copy = month_of(tmp_path / "few", MONTH.previous, MONTH).project
    with pytest.raises(RunError, match="不够每类一项"):
        spotchecks.draw(copy, MONTH, 1)
    assert spotchecks.draws(copy, MONTH) is None


def test_a_sheet_names_cell_clause_and_proof_and_prints_with_its_heads(first):
    path = sheet.folder(first, MONTH) / f"{ROLL.streets[0].name}-抽查单.xlsx"
    printed = openpyxl.load_workbook(path).active
    draws = spotchecks.draws(first, MONTH).set_index("claim")
    assert printed.print_title_rows == "$5:$5"
    assert (printed.page_setup.orientation, int(printed.page_setup.paperSize)) == ("landscape", 9)
    assert [str(one.sqref) for one in printed.data_validations.dataValidation] == ["J6:J25"]
    for row in range(6, 26):
        number, id_, name, _, title, quote, said, where, proof, *blank = (cell.value for cell in printed[row])
        claim = draws.loc[id_]
        requirement = RULES.requirements[claim["requirement"]]
        assert (number, name, title, said) == (row - 5, claim["committee_name"], requirement.title, "是")
        assert requirement.quote in quote and where == "月报.xlsx!月报!F12"
        assert proof == spotchecks.rules().evidence(requirement, RULES) and blank == [None] * 4


def test_sheets_and_what_is_kept_of_them_are_for_the_district_alone(first):
    drawn = [*first.spot_checks(MONTH), *sheet.folder(first, MONTH).iterdir()]
    assert len(drawn) == 10
    assert {first.audience(path) for path in drawn} == {OF_DISTRICT}
    assert first.audience(first.letters(MONTH, ROLL.streets[0].name) / "退回核对.xlsx") == OF_STREET


def test_every_requirement_has_a_proof_to_see():
    assert all(spotchecks.rules().evidence(one, RULES) for one in RULES.requirements.values())


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("red_line: {", "red_lines: {", "red_lines 不能是“red_lines”"),
        ("factor: 2}", "factor: 0}", "factor 不能是“0”"),
        ("patrols: 巡视记录", "patrol: 巡视记录", "没有要求“patrol”"),
        ("also: [不实,", "also: [属实,", "“属实”写了两次"),
        ("least: 16", "least: 很多", "“很多”不是整数"),
    ],
)
def test_a_mistake_in_the_rules_is_named(tmp_path, before, after, what):
    text = rulebook.FILE.read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "rules.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(StandardError, match=what):
        rulebook.rules(tmp_path / "rules.yaml")


# ---- reading back


def test_what_was_filled_in_is_read_in_whatever_order_the_rows_stand(project):
    shuffle = random.Random(3)

    def edit(filled):
        """Sorted otherwise, two rows deleted, a row between, two rows hidden, a column before."""
        rows = [[cell.value for cell in row] for row in filled.iter_rows(min_row=6)][2:]
        shuffle.shuffle(rows)
        filled.delete_rows(6, filled.max_row)
        for number, values in enumerate([*rows[:4], [None] * 13, *rows[4:]], 6):
            for column, value in enumerate(values, 1):
                filled.cell(number, column).value = value
        filled.row_dimensions[7].hidden = filled.row_dimensions[9].hidden = True
        filled.insert_cols(1)

    words = ["属实", "属实 ", "不属实", "无法核实", "不符", None]
    answered = fill(project, lambda street, row: words[row % 6], edit)
    read = spotchecks.read(project, MONTH)
    draws = spotchecks.draws(project, MONTH)
    taken = results(read.checks)
    meaning = {"属实 ": "属实", "不符": "不属实"}
    assert not read.problems and len(taken) > 100
    assert taken == {claim: meaning.get(answered[claim], answered[claim]) for claim in taken}
    assert len(answered) - len(taken) == 2 * 9  # the rows that were deleted are not checked
    assert len(read.checks) == draws["round"].notna().sum()
    row = read.checks[read.checks["result"].notna()].iloc[0]
    assert (row["checked_by"], row["checked_on"]) == (CHECKER, dt.date(2026, 11, 9))
    back = openpyxl.load_workbook(project.raw / "spot-checks" / str(MONTH) / row["source_file"])
    assert back[row["source_sheet"]][row["cell"]].value in answered.values()
    kept = tables.read(project, tables.SPOT_CHECKS, MONTH)
    assert kept["probability"].tolist() == draws[draws["round"].notna()]["probability"].tolist()


def test_what_cannot_be_taken_is_told_with_its_cell_and_not_counted(project):
    street = ROLL.streets[0].name
    file = f"{street}-抽查单.xlsx"
    ids = {}

    def edit(filled):
        ids.update({row: filled.cell(row, 2).value for row in range(6, 26)})
        filled["B6"] = "C000000000000"  # none of the month's
        filled["B7"] = None
        filled["J8"] = "大概属实"
        filled["C9"] = "别家业委会"  # sorted without its id
        filled.cell(26, 2).value, filled.cell(26, 10).value = ids[10], "不属实"  # once more, otherwise
        filled.cell(27, 2).value, filled.cell(27, 10).value = ids[11].lower(), "属实"  # once more, alike
        filled["L12"] = "下周吧"

    fill(project, lambda street, row: "属实", edit, names={street})
    (project.raw / "spot-checks" / str(MONTH) / "照片.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    read = spotchecks.read(project, MONTH)
    for cell, what in (
        ("B6", "“C000000000000”不是本月抽出的"),
        ("B7", "没有编号"),
        ("J8", "“大概属实”不是"),
        ("C9", "“别家业委会”"),
        ("J10", f"编号 {ids[10]} 的几处结果互相矛盾"),
        ("J26", f"编号 {ids[10]} 的几处结果互相矛盾"),
        ("L12", "日期读不出来"),
    ):
        assert any(f"{file}!抽查单!{cell}" in text and what in text for text in read.problems), (cell, read)
    assert any(text.startswith("照片.png：") for text in read.problems)
    assert len(read.problems) == 7
    taken = results(read.checks)
    assert set(taken) == {ids[row] for row in range(11, 26)}
    undated = read.checks.set_index("claim").loc[ids[12]]
    assert undated["result"] == "confirmed" and undated["checked_on"] is None


def test_a_claim_that_was_corrected_since_is_said_to_be(project):
    draws = spotchecks.draws(project, MONTH)
    claim = draws[draws["round"] == 1].iloc[0]
    findings = tables.read(project, tables.FINDINGS, MONTH)
    row = (findings["committee_name"] == claim["committee_name"]) & (
        findings["requirement"] == claim["requirement"]
    )
    findings.loc[row, "state"] = "not_met"
    tables.write(project, tables.FINDINGS, MONTH, findings, ROLL.district_code)
    fill(project, lambda street, row: "属实")
    checks = spotchecks.read(project, MONTH).checks
    assert checks[checks["changed"]]["claim"].tolist() == [claim["claim"]]
    assert "抽出的有 1 项，报表此后有更正" in shown(project)


def test_nothing_drawn_or_nothing_sent_back_says_what_to_do(project, tmp_path):
    with pytest.raises(RunError, match="没有 2026-10 填好的抽查单"):
        spotchecks.read(project, MONTH)
    with pytest.raises(RunError, match="还没有抽查单"):
        spotchecks.read(month_of(tmp_path / "none", MONTH).project, MONTH)


def test_a_sheet_among_the_returns_is_known_and_never_read_as_one(first):
    for file in files(sheet.folder(first, MONTH))[:2]:
        result = read_return(file.path, MONTH)
        assert (result.outcome, result.code, result.rows, result.streets) == ("skipped", "spot_check", [], ())
        assert "data/raw/spot-checks/" in result.message


# ---- the page


def test_a_month_without_a_spot_check_says_so_and_no_share(tmp_path):
    text = shown(month_of(tmp_path / "none", MONTH).project)
    claims = len(ROLL.streets[:-1]) * 6 * len(RULES.requirements)
    assert "尚未抽查" in text and f"自报达标 {claims} 项" in text and "%" not in text


def test_what_was_drawn_and_not_yet_checked_has_no_share(first):
    text = shown(first)
    assert "抽出 180 项，尚未核实" in text and not re.search(
        r"\d%", text.partition("口径")[0].replace("95%区间", "")
    )


def test_below_sixteen_checks_a_street_has_counts_alone(project):
    names = [street.name for street in ROLL.streets[:2]]
    fill(
        project, lambda street, row: "属实" if row < (15 if street == names[0] else 16) else None, names=names
    )
    spotchecks.read(project, MONTH)
    rows = dict(re.findall(r'<th scope="row" class="nowrap">(.*?)</th>(.*?)</tr>', shown(project)))
    assert "不足16项" in rows[names[0]] and "%" not in rows[names[0]]
    assert "100.0%" in rows[names[1]] and re.search(r"7\d\.\d%–100\.0%", rows[names[1]])
    assert "尚未核实" in rows[ROLL.streets[2].name] and "%" in rows["全区"]


def test_the_page_adds_up_and_gives_the_district_a_range(project):
    words = ["属实"] * 8 + ["不属实", "无法核实"]
    fill(project, lambda street, row: words[row % 10])
    read = spotchecks.read(project, MONTH)
    whole = spotchecks.tally(spotchecks.draws(project, MONTH), read.checks)
    assert (whole.confirmed, whole.not_confirmed, whole.unverifiable) == (144, 18, 18)
    assert whole.rate.lower < whole.rate.low < whole.rate.high < whole.rate.upper
    true = (read.checks["result"] == "confirmed").to_numpy(dtype=float)
    weights = (1 / read.checks["probability"]).to_numpy(dtype=float)
    assert whole.rate.low == pytest.approx((true * weights).sum() / weights.sum())
    assert f"{whole.rate.lower:.1%}–{whole.rate.upper:.1%} 之间" in shown(project)


def test_all_rounds_together_are_one_sample(project):
    spotchecks.draw(project, MONTH, 20)
    sheet.write(project, MONTH, spotchecks.draws(project, MONTH), 2)
    fill(project, lambda street, row: "不属实" if row % 7 == 0 else "属实")
    checks = spotchecks.read(project, MONTH).checks
    assert checks["result"].notna().sum() == 360 and set(checks["round"]) == {1, 2}
    weights = (1 / checks["probability"]).to_numpy(dtype=float)
    true = (checks["result"] == "confirmed").to_numpy(dtype=float)
    whole = spotchecks.tally(spotchecks.draws(project, MONTH), checks)
    assert weights.sum() == pytest.approx(whole.claims) and not whole.unseen
    assert whole.rate.low == whole.rate.high == pytest.approx((true * weights).sum() / whole.claims)


def test_what_is_still_to_be_checked_of_a_class_changes_no_weight_of_another(project):
    """Some of a class unanswered: the others of it stand for them."""
    draws = spotchecks.draws(project, MONTH)
    street = draws[draws["street_code"] == ROLL.streets[0].code]
    plain = street["factor"].min()
    ids = street[(street["round"] == 1) & (street["factor"] == plain)]["claim"].tolist()
    skipped = set(ids[:3])
    fill(project, lambda street, row: "属实", names={ROLL.streets[0].name})
    checks = spotchecks.read(project, MONTH).checks
    checks = checks[checks["street_code"] == ROLL.streets[0].code]
    checks.loc[checks["claim"].isin(skipped), "result"] = None
    checks.loc[checks["factor"] == plain, "result"] = checks["result"].mask(
        checks["result"].notna(), "not_confirmed"
    )
    sizes = street.groupby("factor").size()
    tally = spotchecks.tally(street, checks)
    assert tally.rate.low == pytest.approx(1 - sizes[plain] / sizes.sum())


def test_no_page_names_a_person_or_a_committee(project):
    fill(project, lambda street, row: "不属实")
    spotchecks.read(project, MONTH)
    text = shown(project)
    assert CHECKER not in text and "业委会" not in text.replace("红色业委会", "")


def test_the_page_reads_what_it_declares_where_there_is_a_spot_check(project, monkeypatch):
    fill(project, lambda street, row: "属实")
    spotchecks.read(project, MONTH)
    reads, real = set(), tables.read

    def read(of, name, *rest, **more):
        reads.add(name)
        return real(of, name, *rest, **more)

    monkeypatch.setattr(tables, "read", read)
    shown(project)
    assert reads == {tables.SPOT_DRAWS, tables.SPOT_CHECKS}


def test_a_run_sees_that_a_spot_check_has_come(project):
    before = inputs.of_run(project, MONTH, "")
    fill(project, lambda street, row: "属实")
    spotchecks.read(project, MONTH)
    assert inputs.of_run(project, MONTH, "") != before


def test_what_was_read_before_signing_is_frozen_and_what_comes_later_is_no_correction(project):
    fill(project, lambda street, row: "属实" if row < 10 else None)
    spotchecks.read(project, MONTH)
    project.dashboards(MONTH).mkdir(parents=True)
    signed = signing.sign(project, MONTH, "测试员", dt.date(2026, 11, 20))
    frozen = tables.read(signed.project, tables.SPOT_CHECKS, MONTH)
    assert results(frozen) == results(tables.read(project, tables.SPOT_CHECKS, MONTH))
    fill(project, lambda street, row: "属实")
    assert len(results(spotchecks.read(project, MONTH).checks)) > len(results(frozen))
    assert not signing.status(project, MONTH).is_changed
    assert all(check.well is not False for check in signing.verify(project, MONTH))


# ---- the command


def test_the_command_draws_once_goes_on_when_asked_and_reads_back(first, tmp_path, monkeypatch):
    (tmp_path / "home" / "notebooks").mkdir(parents=True)
    home = month_of(tmp_path / "home", MONTH.previous, MONTH).project
    monkeypatch.setenv("REDSTATS_HOME", str(home.root))
    monkeypatch.setattr(
        "redstats.open_month", lambda month: None
    )  # the tables are drawn here, and up to date
    monkeypatch.setattr("redstats.runs.month.run_month", lambda *given: None)

    def call(*words: str):
        return CliRunner().invoke(app, ["spot-check", str(MONTH), *words])

    assert call().exit_code == 0 and sheets_of(home) == sheets_of(first)
    refused = call()
    assert "已有抽查单（第1轮）" in str(refused.exception) and "--again" in str(refused.exception)
    assert sheets_of(home) == sheets_of(first)
    again = call("--again", "--n", "16")
    assert again.exit_code == 0 and "第2轮" in again.output and len(sheets_of(home)) == 18
    fill(home, lambda street, row: "属实" if row < 10 else None)
    done = call("--read")
    assert done.exit_code == 0 and "属实 180 项" in done.output and "还没有核实 144 项" in done.output
    fill(home, lambda street, row: "也许")
    assert call("--read").exit_code == RunError.exit_code
