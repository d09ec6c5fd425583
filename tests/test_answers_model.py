"""Four months of ten streets with sixty explanations each, of every sort, against a model that knows nothing of the code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random

import pytest

from redstats import explanations, mappings, places, standard, tables
from redstats.explanations import matter_id
from redstats.months import Month
from redstats.project import Project
from redstats.returns.explanations import of_month
from redstats.returns.result import Return
from redstats.sendback import Mark
from redstats.workbooks.stamps import Answer

FIRST, MONTHS, EACH, LASTS = Month(2026, 7), 4, 60, 2
ROLL, RULES = places.on(FIRST.end), standard.on(FIRST.end)
IDENTITY = mappings.Mappings().identity(ROLL)
LABEL = RULES.label("contact")
QUESTION = "“联系方式”：有号码不是8位或11位数字，请核对"
# what each sort becomes before anybody decides
SORTS = {
    "good": "given",
    "wrong row": "given",  # words of another's matter: they are of the row in which they stand
    "empty": "refused",
    "generic": "refused",
    "pasted": "refused",
    "hard": "refused",
    "forged": "refused",  # its kind was written over; its number tells what it is all the same
    "changed": "void",
    "comment": "comment",
    "none": "",
}


def words_of(sort: str, street: str, number: int) -> str:
    shown = number + 1 if sort == "wrong row" else number
    good = f"第{shown}号总机的分机{street[-2:]}{shown}，拨总机后转，已当面核实"
    return {"empty": "", "generic": "情况属实", "pasted": QUESTION}.get(sort, good)


def row_of(sort: str, street: str, number: int, value: str, month: Month) -> dict:
    """A row of a filled list, as it is read."""
    who = {"street_code": street, "committee_name": f"示例{number}号苑业委会", "neighbourhood_committee": ""}
    rule = "value_unreadable" if sort in ("hard", "forged") else "value_doubtful"
    return {
        "id": matter_id(rule, IDENTITY.key(who), LABEL, value),
        "given": "数值属实",
        "words": words_of(sort, street, number),
        "by": "示例员",
        "kind": {"hard": "请更正", "comment": "未达标"}.get(sort, "请核对"),
        "neighbourhood_committee": "",
        "committee_name": who["committee_name"],
        "label": LABEL,
        "reported": value,
        "question": QUESTION,
        "to_do": "请核实，有误的请更正",
        "source_file": f"{street}-{month}-改.xlsx",
        "source_sheet": "退回问题清单",
        "cell": f"N{number + 2}",
    }


def cell_of(street: str, number: int, value: str) -> dict:
    names = {
        "street_code": street,
        "committee_name": f"示例{number}号苑业委会",
        "neighbourhood_committee": "",
    }
    return names | {"field": "contact", "raw": value}


def decision_of(row: dict, street: str, verdict: str) -> dict:
    return row | {
        "street_name": ROLL.by_code(street).name,
        "verdict": verdict,
        "decided_by": "区里某人",
        "decided_on": dt.date(2026, 12, 1),
        "why": "" if verdict == "认可" else "分机打不通",
        "source_file": "情况说明认可单.xlsx",
    }


def dealt(rows: list[dict], chance: Random, **shape) -> list[Return]:
    """The rows in two workbooks, dealt at random, each in an order of its own."""
    rows = chance.sample(rows, len(rows))
    middle = chance.randrange(len(rows) + 1)
    return [
        Return(f"{shape.get('kind', '改')}{place}.xlsx", explained=[dict(row) for row in part], **shape)
        for place, part in enumerate((rows[:middle], rows[middle:]))
    ]


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """Of each month what was sent (sort and row by street and number of the matter), what the model says, and what came out of it in
    three orders of arrival."""
    root = tmp_path_factory.mktemp("answers")
    (root / "data" / "raw").mkdir(parents=True)
    (root / "data" / "raw" / "settings.yml").write_text(f"explained_months: {LASTS}\n", encoding="utf-8")
    project, chance, streets = Project(root), Random(16), [street.code for street in ROLL.streets]
    values = {(street, number): f"138{number:04}" for street in streets for number in range(EACH)}
    holds: dict[
        tuple[str, str], tuple[Month, tuple, str]
    ] = {}  # accepted: since when, of whom, of which value
    history = []
    for month in (FIRST.plus(later) for later in range(MONTHS)):
        sent, now = {}, {}
        for who, value in values.items():
            sort = chance.choice([*SORTS])
            if sort != "none":
                row = row_of(sort, *who, value, month)
                sent[who[0], row["id"]] = (sort, row, who)
            # what is changed in the workbook itself stands in the month's cells
            now[who] = f"139{chance.randrange(10**6):06}" if sort == "changed" else value
        verdicts = {
            key: chance.choice(["认可", "不认可"])
            for key, (sort, *_) in sent.items()
            if chance.random() < 0.5 and SORTS[sort] == "given"
        }
        holds = {
            key: (since, who, value)
            for key, (since, who, value) in holds.items()
            if now[who] == value and len(Month.range(since, month)) <= LASTS
        }
        model = {key: SORTS[sort] for key, (sort, *_) in sent.items()}
        model |= {key: "accepted" if verdict == "认可" else "rejected" for key, verdict in verdicts.items()}
        model |= dict.fromkeys(holds, "accepted")
        for key in verdicts:
            # the same words that were accepted before and are not any more; other words were never looked at
            if (
                key in holds
                and verdicts[key] == "不认可"
                and sent[key][1]["words"] == words_then(history, key)
            ):
                model[key] = "rejected"
                del holds[key]
        for key, state in model.items():
            if state == "accepted" and key not in holds:
                _, row, who = sent[key]
                holds[key] = (month, who, row["reported"])
        results = []
        for _ in range(3):
            returns = [
                Return(
                    f"{street}.xlsx",
                    cells=[cell_of(*who, value) for who, value in now.items() if who[0] == street],
                )
                for street in streets
            ]
            for street in streets:
                rows = [row for (code, _), (_, row, _) in sent.items() if code == street]
                returns += dealt(rows, chance, answer=Answer(str(month), street, frozenset()))
            told_of = [decision_of(sent[key][1], key[0], verdict) for key, verdict in verdicts.items()]
            returns += dealt(told_of, chance, kind="decisions")
            rows, _ = of_month(project, month, chance.sample(returns, len(returns)), ROLL, RULES, IDENTITY)
            results.append({(row["street_code"], row["id"]): row for row in rows})
        tables.write(project, tables.EXPLANATIONS, month, list(results[0].values()), ROLL.district_code)
        history.append((sent, model, results))
        for who, value in now.items():  # next month brings another value, or the same
            values[who] = f"137{chance.randrange(10**6):06}" if chance.random() < 0.3 else value
    return history


def words_then(history: list, key: tuple[str, str]) -> str:
    """The words that were accepted of a matter, in the last month that had it."""
    return next((results[0][key]["words"] for _, _, results in reversed(history) if key in results[0]), "")


def test_each_explanation_is_at_its_matter_in_the_state_that_the_model_gives_it(months):
    assert sum(len(sent) for sent, *_ in months) > 0.8 * MONTHS * len(ROLL.streets) * EACH
    for sent, model, results in months:
        assert {key: row["state"] for key, row in results[0].items()} == model
        for key, (_, row, _) in sent.items():
            out = results[0][key]
            assert (out["committee_name"], out["reported"]) == (row["committee_name"], row["reported"])


def test_whatever_arrives_first_the_same_holds(months):
    for _, _, results in months:
        states = [{key: (row["state"], row["words"]) for key, row in result.items()} for result in results]
        assert states[0] == states[1] == states[2]


def test_no_hard_matter_is_cleared_whatever_kind_the_street_writes(months):
    hard = 0
    for sent, _, results in months:
        for key, (sort, row, _) in sent.items():
            if sort in ("hard", "forged"):
                mark = Mark(
                    "mend", ("a", "b", "C1"), "", row["committee_name"], LABEL, row["reported"], "", ""
                )
                for state in explanations.STATES:
                    explanation = replace(explanations.standing(results[0][key]), state=state)
                    assert not replace(mark, rule="value_unreadable", explanation=explanation).is_answered
                hard += results[0][key]["state"] == "refused"
    assert hard > 300


def test_none_survives_a_changed_value(months):
    changed = [key for sent, _, _ in months for key, (sort, *_) in sent.items() if sort == "changed"]
    assert len(changed) > 100
    for sent, _, results in months:
        for key, (sort, *_) in sent.items():
            assert sort != "changed" or results[0][key]["state"] == "void"


def test_some_go_on_to_hold_and_end_after_their_months(months):
    carried = [len(set(model) - set(sent)) for sent, model, _ in months]
    assert carried[0] == 0 and min(carried[1:]) >= 3
