"""情况通报 and 专报: every number that of the tables, the form that of the norm, and nothing said that nobody knows."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import defaultdict

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from typer.testing import CliRunner

from redstats import places, standard, tables
from redstats.cli import app
from redstats.dashboards import Figures, briefing
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.workbooks.official_document import Attachment, Number, OfficialPaper, Paragraph, docx_of

MONTH = Month(2026, 10)
STREETS = {street.code: street for street in places.on(MONTH.end).streets}
RULES = standard.on(MONTH.end)
RED = {one.id for one in RULES.requirements.values() if one.red_line}
WHO = ["street_code", "neighbourhood_committee", "committee_name"]
# The order in which the schema of OOXML wants the properties that are used.
OF_PARAGRAPHS = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "widowControl",
    "overflowPunct",
    "autoSpaceDE",
    "autoSpaceDN",
    "snapToGrid",
    "spacing",
    "ind",
    "jc",
    "rPr",
]
OF_RUNS = ["rStyle", "rFonts", "b", "i", "color", "spacing", "w", "kern", "position", "sz", "szCs"]
pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, MONTH)


def controls(content: bytes) -> dict[str, set[str]]:
    """The texts of the content controls of a .docx, by tag."""
    body = docx.Document(io.BytesIO(content)).element.body
    found = defaultdict(set)
    for control in body.iter(qn("w:sdt")):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val"))
        found[tag].add("".join(text.text for text in control.iter(qn("w:t"))))
    return found


def percent(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%"


def counted(project: Project, key: str) -> str:
    """What a key counts, from the tables themselves."""
    name, *scope = key.split("/")

    def of(table: str) -> pd.DataFrame:
        rows = tables.read(project, table, MONTH)
        for column, value in zip(("street_code", "neighbourhood_committee"), scope, strict=False):
            rows = rows[rows[column] == value]
        return rows

    def committees(rows: pd.DataFrame) -> int:
        return len(rows[WHO].fillna("").drop_duplicates())

    findings, law = of(tables.FINDINGS), of(tables.LAW)
    short = findings[findings["state"] == "not_met"]
    scores = of(tables.SCORES)
    judged = len(scores[(scores["level"] == "committee") & (scores["part"] == "total")])
    coverage = tables.read(project, tables.COVERAGE, MONTH)
    whose = coverage["street_code"] == scope[0] if scope else coverage["street_code"].isna()
    share = coverage[whose & (coverage["measure"] == "party_org_coverage")].iloc[0]
    reached, eligible = int(share["reached"]), int(share["eligible"])
    kind, _, what = name.partition(":")
    trend = tables.read(project, tables.TREND, MONTH)
    trend = trend[trend["street_code"] == scope[0] if scope else trend["street_code"].isna()].set_index(
        "measure"
    )
    if what:
        rows = short[short["requirement"] == what]
        beyond = [id_ for id_ in in_order(short, scope) if what.isdigit()][
            int(what) if what.isdigit() else 0 :
        ]
        of_what = {
            "requirement": committees(rows),
            "streets_of": rows["street_code"].nunique(),
            "law": int(((law["requirement"] == what) & (law["state"] == "not_met")).sum()),
            "before": None if what not in trend.index else f"{trend.at[what, 'last_month']:.0f}",
            "after": None if what not in trend.index else f"{trend.at[what, 'this_month']:.0f}",
            "beyond": len(beyond),
            "items_beyond": int(short["requirement"].isin(beyond).sum()),
        }
        return str(of_what[kind])
    red = short[short["requirement"].isin(RED)]
    unknown = findings[findings["state"].isin(["not_reported", "needs_review"])]
    doubtful = set(unknown[WHO].fillna("").itertuples(index=False, name=None))
    doubtful -= set(short[WHO].fillna("").itertuples(index=False, name=None))
    plain = {
        "streets": len(STREETS),
        "reported": len(STREETS),  # in the sample all have
        "judged": judged,
        "short": committees(short),
        "unclear": len(doubtful),
        "clear": judged - committees(short) - len(doubtful),
        "open": len(short),
        "red": len(red),
        "red_committees": committees(red),
        "red_unknown": int(unknown["requirement"].isin(RED).sum()),
        "unsettled": len(unknown),
        "eligible": eligible,
        "organised": reached,
        "coverage_gap": eligible - reached,
        "coverage_unreported": int(share["unreported"]),
        "law": (law["state"] == "not_met").sum(),
        "law_unknown": law["state"].isin(["not_reported", "needs_review"]).sum(),
        "law_committees": committees(law[law["state"] == "not_met"]),
        **{
            change: (findings["change"] == change).sum()
            for change in ("new", "reopened", "ongoing", "resolved")
        },
    }
    if name == "late":
        return ""  # is what 报送进度 says, which has its own tests
    if name == "short_share":
        return percent(plain["short"], judged)
    if name == "coverage":
        return percent(reached, eligible)
    return str(plain[name])


def in_order(short: pd.DataFrame, scope: list[str]) -> list[str]:
    """The requirements that are not met, as a paper tells them: red lines, then by force (of a street not), then by how many."""
    counts = short.groupby("requirement").size()
    force = {"must": 0, "should": 1, "may": 2}
    key = lambda id_: (id_ not in RED, force[RULES.requirements[id_].force], -counts[id_], id_)  # noqa: E731
    whole = sorted(counts.index, key=key)
    return sorted(whole, key=lambda id_: (id_ not in RED, -counts[id_])) if scope else whole


def papers(figures):
    return [
        briefing.briefing(figures),
        briefing.digest(figures),
        briefing.briefing(figures, STREETS["310105010"]),
    ]


def test_every_number_is_that_of_the_tables_wherever_it_stands(figures, sample_project):
    for paper in papers(figures):
        in_docx = controls(docx_of(paper))
        page = re.findall(r'<data value="([^"]*)" data-key="([^"]*)">([^<]*)</data>', briefing.page_of(paper))
        assert in_docx and {key for _, key, _ in page} == in_docx.keys()
        for value, key, text in page:
            expected = counted(sample_project, key)
            assert in_docx[key] == {value} == {text} and (not expected or expected == text), key
            assert len(key) <= 64, "Word cuts longer tags"


def test_no_number_stands_there_without_its_key(figures):
    """But dates, and what the standard itself says."""
    for paper in papers(figures):
        for paragraph in paper.body:
            bare = "".join(piece for piece in paragraph.pieces if isinstance(piece, str))
            for requirement in RULES.requirements.values():
                bare = bare.replace(requirement.fix, "").replace(requirement.title, "")
            assert not re.search(r"\d", re.sub(r"20\d\d年\d{1,2}月", "", bare)), bare


def test_the_streets_and_neighbourhoods_of_the_attachment_add_up(figures):
    for paper in (briefing.briefing(figures), briefing.briefing(figures, STREETS["310105010"])):
        *parts, total = paper.attachment.rows
        for place, head in enumerate(paper.attachment.heads):
            if not isinstance(total[place], Number) or "%" in total[place].text:
                continue
            known = [row[place] for row in parts if isinstance(row[place], Number)]
            assert sum(int(piece.text) for piece in known) <= int(total[place].text), head
            if paper.attachment.heads[0] == "街镇":
                assert sum(int(piece.text) for piece in known) == int(total[place].text), head


def test_all_red_lines_are_told_and_what_people_decide_is_left_open(figures):
    paper = briefing.briefing(figures)
    text = "\n".join(paragraph.text for paragraph in paper.body)
    for id_ in set(figures.open["requirement"]) & RED:
        assert RULES.requirements[id_].title in text
    assert paper.mark == "（拟稿）" and "时限【待定】" in text and "【待定】" in paper.organ + paper.date


def without(sample_project, tmp_path, codes):
    """The sample's month as it is judged where these streets sent nothing."""
    shutil.copytree(sample_project.root / "data", tmp_path / "data")
    for name in ("notebooks", "expectations"):
        shutil.copytree(sample_project.root / name, tmp_path / name)
    project = Project(tmp_path)
    files = tables.read(project, tables.FILES, MONTH)
    files = files[~files["street_code"].isin(codes)]
    path = next((project.processed / tables.FILES / str(MONTH)).glob("*.parquet"))
    files.to_parquet(path)
    return project


def test_of_a_street_that_sent_nothing_nothing_is_said_but_that(sample_project, tmp_path):
    code = "310105010"
    figures = Figures(without(sample_project, tmp_path, {code}), MONTH)
    paper = briefing.briefing(figures)
    (row,) = [row for row in paper.attachment.rows if row[0] == STREETS[code].label]
    assert row[-1] == "未报" and not any(isinstance(piece, Number) for piece in row)
    reporting = paper.body[2].text
    assert STREETS[code].name in reporting and "未报" in reporting
    assert STREETS[code].name in briefing.digest(figures).body[0].text
    with pytest.raises(RunError):
        briefing.briefing(figures, STREETS[code])


def test_of_a_month_in_which_nobody_reported_there_is_no_paper(sample_project, tmp_path):
    figures = Figures(without(sample_project, tmp_path, STREETS.keys()), MONTH)
    for draft in (briefing.briefing, briefing.digest):
        with pytest.raises(RunError):
            draft(figures)


def test_the_form_is_that_of_the_norm(figures):
    content = docx_of(briefing.briefing(figures))
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    asked = [
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.left_margin, 28),
    ]
    for length, millimetres in asked:
        assert abs(length - Mm(millimetres)) <= Mm(0.1)
    area = [section.page_width - section.left_margin - section.right_margin]
    area.append(section.page_height - section.top_margin - section.bottom_margin)
    assert [round(length / Mm(1)) for length in area] == [156, 225]
    assert document.settings.odd_and_even_pages_header_footer
    for paragraph in document.paragraphs:
        heading = re.match(r"[一二三四五六七八九十]+、", paragraph.text)
        if heading:
            assert paragraph.paragraph_format.keep_with_next, paragraph.text
        for run in paragraph.runs:
            fonts = run._element.rPr.rFonts
            assert (
                fonts.get(qn("w:eastAsia")) == fonts.get(qn("w:ascii"))
                and fonts.get(qn("w:hint")) == "eastAsia"
            )
    for properties, order in (
        (document.element.body.iter(qn("w:pPr")), OF_PARAGRAPHS),
        (document.element.body.iter(qn("w:rPr")), OF_RUNS),
    ):
        for listed in properties:
            places_of = [order.index(child.tag.partition("}")[2]) for child in listed]
            assert places_of == sorted(places_of), "Word repairs what stands in another order"
    assert content == docx_of(briefing.briefing(figures))


def hostile(count: int) -> OfficialPaper:
    """A paper of ``count`` paragraphs of all lengths, with what would be markup."""
    body = [Paragraph(("一、总体情况",), level=1)]
    for number in range(count):
        text = "<script>alert(1)</script>&“甲”——" + "业委会" * (number * 7 % 40)
        body.append(Paragraph((text, Number(f"n/{number}", str(number))), lead=f"（{number}）<b>。"))
        if number % 3 == 2:
            body.append(Paragraph(("二、主要问题",), level=1))
    body.append(Paragraph(("末段" * 20,)))
    return OfficialPaper(
        ["关于<i>的通报", "（十月）"],
        "各街道",
        body,
        "（拟稿）",
        "（发文机关）",
        "2026年11月10日",
        Attachment("统计表", ["街镇", "数"], [["甲", Number("n/1", "1")]], "注"),
    )


def test_what_is_said_is_text_and_never_markup():
    page = briefing.page_of(hostile(3))
    assert "<script>" not in page and "<b>" not in page and "<i>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    text = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(docx_of(hostile(3)))).paragraphs)
    assert "<script>alert(1)</script>&" in text


def by_word_processor(paper, tmp_path, browser):
    if not shutil.which("soffice"):
        pytest.skip("no LibreOffice here")
    (tmp_path / "paper.docx").write_bytes(docx_of(paper))
    convert = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*convert, "--outdir", tmp_path, tmp_path / "paper.docx"], check=True, capture_output=True)


def by_browser(paper, tmp_path, browser):
    (tmp_path / "paper.html").write_text(briefing.page_of(paper), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "paper.html").as_uri())
    page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)
    page.close()


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext here")
@pytest.mark.parametrize("printed", [by_word_processor, by_browser])
@pytest.mark.parametrize("count", [4, 9, 13, 18])
def test_on_paper_no_heading_ends_a_page_and_no_signature_stands_alone(tmp_path, browser, printed, count):
    printed(hostile(count), tmp_path, browser)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")]
    pages = [page for page in pages if page]
    for number, lines in enumerate(pages, 1):
        assert re.fullmatch(rf"— ?{number} ?—", lines[-1]), lines[-1]
        assert len(lines) - 1 <= 22
        assert not re.match("[一二三]、", lines[-2])
        if any("发文机关" in line for line in lines):
            assert any("末段" in line for line in lines)


@pytest.mark.parametrize(
    ("organ", "date"),
    [("（发文机关）", "2026年11月10日"), ("中共长宁区委组织部办公室文件处", "1月2日")],
)
def test_the_date_begins_two_characters_right_of_the_organ_and_both_keep_from_the_edge(organ, date):
    width = lambda text: sum(0.5 if letter.isascii() else 1 for letter in text)  # noqa: E731
    (_, organ_right), (_, date_right) = OfficialPaper([], "", [], organ=organ, date=date).signature
    assert (organ_right + width(organ)) - (date_right + width(date)) == 2
    assert min(organ_right, date_right) == 2


def sheets(paper, browser, path):
    path.write_text(briefing.page_of(paper), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    boxes = re.findall(rb"/MediaBox \[([^\]]*)\]", printed)
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} <= {(0, 0, 595, 842)}
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def test_on_paper_the_digest_keeps_to_its_page_also_where_streets_are_missing(
    sample_project, browser, tmp_path
):
    whole = Figures(sample_project, MONTH)
    first = Figures(sample_project, Month(2026, 7))
    missing = Figures(without(sample_project, tmp_path, {"310105010", "310105011", "310105001"}), MONTH)
    for number, figures in enumerate((whole, first, missing)):
        assert sheets(briefing.digest(figures), browser, tmp_path / f"{number}.html") == 1
    assert sheets(briefing.briefing(whole), browser, tmp_path / "whole.html") > 1


def test_a_street_that_is_missing_is_in_no_total(sample_project, tmp_path):
    code = "310105010"
    numbers = briefing.Numbers(Figures(without(sample_project, tmp_path, {code}), MONTH))
    for name in ("judged", "unsettled", "coverage_unreported", "red_unknown", "law_unknown"):
        parts = [int(numbers.of(name, street).text) for street in STREETS.values() if street.code != code]
        assert int(numbers.of(name).text) == sum(parts), name


def test_the_command_drafts_both_and_a_street_its_own(sample_project, monkeypatch, tmp_path):
    monkeypatch.setenv("REDSTATS_HOME", str(sample_project.root))
    for words, kinds in (([], ["专报", "通报"]), (["--street", "虹桥"], ["通报"])):
        folder = tmp_path / "-".join(words or ["district"])
        done = CliRunner().invoke(app, ["briefing", str(MONTH), "--folder", str(folder), *words])
        assert done.exit_code == 0, done.output
        files = sorted(path.name for path in folder.iterdir())
        assert len(files) == 2 * len(kinds) and all(
            "拟稿" in name and any(kind in name for kind in kinds) for name in files
        )
