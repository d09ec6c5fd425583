"""The commands analysts type.  Errors for people take three lines (what, where, what to do); bugs show themselves."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.table import Table

import redstats
from redstats import project as projects
from redstats.cli import briefing, diff, doctor, forget, forms, preview, run, sign, spot_check, what_if
from redstats.cli.options import AsJson, MonthArgument, complaints, console
from redstats.errors import RedstatsError, RunError, of_system
from redstats.months import Month
from redstats.runs import light

if TYPE_CHECKING:
    from redstats.places import Street

app = typer.Typer(
    name="redstats",
    help="长宁区红色业委会：从街镇报表到月度看板",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(forms.app, name="forms")
app.command()(run.run)
app.command()(briefing.briefing)
app.command()(diff.diff)
app.command()(doctor.doctor)
app.command()(preview.preview)
app.command()(sign.sign)
app.command()(sign.verify)
app.command()(forget.forget)
app.command("spot-check")(spot_check.spot_check)
app.command("what-if")(what_if.what_if)


def main() -> None:
    """Entry point of ``redstats``: exit code 0, 2 (usage), 3 (workbook), 4 (standard) or 5 (run)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a GBK console lacks some characters
    light.start()
    try:
        app()
    except BrokenPipeError:  # whoever read the output wants no more of it
        sys.stderr.close()
    except OSError as error:
        _complain(of_system(error))
    except RedstatsError as error:
        _complain(error)


def _complain(error: RedstatsError) -> NoReturn:
    for label, text in (("问题", error.what), ("位置", error.where), ("处理", error.to_do)):
        if text:
            complaints.line(f"{label}：{text}")
    raise SystemExit(error.exit_code) from None


def _version(wanted: bool) -> None:
    if wanted:
        print(f"redstats {redstats.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本号")
    ] = False,
) -> None:
    """长宁区红色业委会：从街镇报表到月度看板。"""


@app.command()
def sample(seed: Annotated[int, typer.Option(help="随机种子，同一种子结果相同")] = 20261031) -> None:
    """写出四个月的示例报表（虚构数据）到 data/raw。"""
    from redstats import sample as samples
    from redstats.recommendations import samples as forms_of

    where = projects.find()
    made = samples.generate(seed)
    written = made.write(where.raw, forms_of.files(made, where.raw))
    months = f"{made.months[0]} 至 {made.months[-1]}"
    console.line(f"已写出 {len(written)} 份示例报表和推荐表（{months}）到 data/raw，均为虚构的示例数据。")
    console.line(f"下一步：redstats run {made.months[-1]}")


@app.command()
def status(
    month: MonthArgument,
    remind: Annotated[
        bool, typer.Option("--remind", help="给出催报文字：致各街镇的一份，各街镇各一份")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """一个月的报送情况：谁报了，谁迟报、更正、退回、未报；可给出催报文字。"""
    from redstats import incoming, places, returns, submissions, tables
    from redstats import settings as limits_of
    from redstats.submissions import reminders

    where, chosen = projects.find(), Month.parse(month)
    roll = places.on(chosen.end)
    import pandas as pd

    imported = returns.read_month(where, chosen)
    incoming.record(where.raw, str(chosen), dt.date.today())  # this too is a look at what has come
    files = pd.DataFrame(returns.files_of(where, imported, roll), columns=tables.SCHEMAS[tables.FILES].names)
    notes = pd.DataFrame(returns.notes_of(imported, roll), columns=tables.SCHEMAS[tables.NOTES].names)
    limits = limits_of.on(where, chosen.end)
    rows, due = submissions.board(files, chosen, roll, limits, notes), submissions.deadline(chosen, limits)
    strays = submissions.unattributed(files)
    if as_json:
        past = submissions.history(where, chosen)
        report = reminders.whole(rows, chosen, due, past, strays)
        console.data(report if remind else report["streets"])
        return
    if remind:
        letters = [reminders.letter(one, chosen, due) for one in rows]
        console.lines("\n\n".join([reminders.group(rows, chosen, due, strays), *filter(None, letters)]))
        return
    table = Table(title=f"{chosen.label}报送情况（期限 {due}）")
    for name in ("街镇", "状态", "收到日期", "业委会", "请更正"):
        table.add_column(name, no_wrap=True)
    table.add_column("文件", overflow="fold")  # two files may differ in their last characters only
    console.rows(
        table,
        (
            (
                submission.street_name,
                submission.word,
                submission.received or submission.report_date or "—",
                submission.committees or "—",
                submission.to_mend or "—",
                submission.file or "—",
            )
            for submission in rows
        ),
    )
    other = [one for one in imported.returns if one.outcome in ("refused", "skipped", "replaced")]
    for workbook in other:
        console.line(f"{workbook.file}：{workbook.message}")
    for stray in strays:
        console.line(f"无法归属的文件：{stray.name}")
    from redstats.runs.month import stale

    if tables.exists(where, tables.SCORES, chosen):  # else it has not been run at all
        again = stale(where, chosen)
        for reason in again:
            console.line(f"需要重做：{reason}")
        console.line(f"请运行 redstats run {chosen}。" if again else "页面和数据表都是最新的。")


@app.command("map")
def map_(
    month: MonthArgument,
    street: Annotated[str, typer.Option(help="哪个街镇（名称、简称或代码）；不写为全区，只能确认表头")] = "",
    heading: Annotated[tuple[str, str], typer.Option(metavar="表头 字段", help="确认一个表头")] = ("", ""),
    neighbourhood: Annotated[
        tuple[str, str], typer.Option(metavar="写法 名称", help="确认一个居委会名称")
    ] = ("", ""),
    committee: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="写法 旧名", help="确认业委会就是以前的（或本月报表里的）哪一个；写它自己，就是另一个"
        ),
    ] = ("", ""),
    gone: Annotated[
        tuple[str, str],
        typer.Option(metavar="业委会 去向", help="确认以前有、本月没有的业委会去向如何，本月起不再计入"),
    ] = ("", ""),
    ignore: Annotated[str, typer.Option(metavar="表头", help="确认这一列不需要")] = "",
    forget: Annotated[str, typer.Option(metavar="写法", help="撤销一项确认")] = "",
    by: Annotated[str, typer.Option(metavar="姓名", help="谁确认的")] = "",
    as_json: AsJson = False,
) -> None:
    """一个月里没看懂的表头、居委会、业委会名称和相近的写法；逐项确认，以后照此读取。"""
    from redstats import confirming, places

    where, chosen = projects.find(), Month.parse(month)
    chosen_street = places.on(chosen.end).street(street) if street else None
    given = {"headings": heading, "neighbourhoods": neighbourhood, "committees": committee, "gone": gone}
    wanted = [(section, *pair) for section, pair in given.items() if pair[0]]
    wanted += [("headings", ignore, "ignore")] if ignore else []
    if forget:
        confirming.forget(where, chosen, chosen_street, forget)
    done = [confirming.confirm(where, chosen, chosen_street, *each, by) for each in wanted]
    if (forget or done) and not as_json:
        for entry in done:
            console.line(f"已确认（{entry.street}）：{entry.written} → {entry.means}")
        if forget:
            console.line(f"已撤销：{forget}")
        console.line(f"写在 data/raw/mappings.yml；请运行 redstats run {chosen}，受影响的月份会重新读取。")
        return
    listing = confirming.told(confirming.review(where, chosen, chosen_street), chosen_street)
    if as_json:
        console.data(listing)
        return
    for line in confirming.lines(listing):
        console.line(line)


@app.command()
def template(
    month: Annotated[str, typer.Option("--month", help="要填报的月份，如 2026-11")],
    street: Annotated[str, typer.Option(help="只生成一个街镇的（名称、简称或代码）")] = "",
    layout: Annotated[str, typer.Option(help="wide（一张表）或 chapters（分章）")] = "wide",
    base: Annotated[bool, typer.Option("--base", help="只要“应当”项目和基本情况")] = False,
    reviews: Annotated[bool, typer.Option("--reviews", help="生成评议打分表，代替月报")] = False,
    checks: Annotated[
        bool, typer.Option("--self-check", help="附自查表：随填随算，文件较大（约4 MB），打开较慢")
    ] = False,
    folder: Annotated[Path | None, typer.Option(help="写到哪个文件夹")] = None,
) -> None:
    """生成空白月报：街镇下个月填写的工作簿，带入已有的业委会名单。"""
    from redstats import self_check, templates

    where, chosen = projects.find(), Month.parse(month)
    if reviews:
        written = [templates.write_reviews(where, chosen, folder)]
    else:
        if checks and layout not in templates.CHECKED:
            raise RunError("这种版式不附自查表", where=f"--layout {layout}", to_do="请用 --layout wide")
        checking = self_check.drawing(where) if checks else None
        written = templates.write(where, chosen, street or None, layout, base, folder, checking)
    console.line(f"已生成 {len(written)} 份{chosen.label}{'评议打分表' if reviews else '月报模板'}：")
    for path in written:
        console.line(f"  {path!s}")
    (where.raw / str(chosen)).mkdir(parents=True, exist_ok=True)
    source = templates.source(where, chosen)
    message = f"业委会名单取自{source}的报表。" if source else "以前没有报表，名单是空的，请填报人逐一填写。"
    console.line(message)
    console.line(f"收到的报表放进 data/raw/{chosen}（已建好）。")


suites = typer.Typer(help="规则套件", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(suites, name="suites")


@suites.command()
def check() -> None:
    """检查 expectations/ 中的规则套件：列出所有写错的地方，一处一行；有错时退出码为 4。"""
    from redstats import findings
    from redstats.errors import StandardError

    content, mistakes = findings.check(projects.find())
    for mistake in mistakes:
        console.line(f"提示：{mistake}" if mistake.hint else str(mistake))
    serious = sum(not one.hint for one in mistakes)
    if serious:
        raise typer.Exit(StandardError.exit_code)
    rules = sum(len(suite["expectations"]) for suite in content.values())
    console.line(f"{len(content)} 个套件，{rules} 条规则，没有错误。")


@suites.command("write")
def write_suites() -> None:
    """在 expectations/ 的套件里写上由标准得出的内容：每条规则的 id、severity、description。"""
    from redstats import findings

    changed = findings.derive(projects.find())
    for name, rules in changed.items():
        console.line(f"{name}：{'、'.join(rules) or '套件的 name、id'}")
    console.line("已写好，请再用 redstats suites check 检查。" if changed else "没有需要改的。")


@app.command()
def settings(
    month: Annotated[str, typer.Option("--month", help="看哪个月的；不写为今天")] = "",
    as_json: AsJson = False,
) -> None:
    """本区的设定：每一项的值、出处、默认值和作用。"""
    import datetime as dt

    from redstats import settings as limits

    where = projects.find()
    listed = limits.listed(where, Month.parse(month).end if month else dt.date.today())
    if as_json:
        content = [
            {"name": one.name, "value": one.value, "source": one.source}
            | {"default": one.default, "does": one.does}
            for one in listed
        ]
        console.data(content)
        return
    for setting in listed:
        value, default = _shown(setting.value), _shown(setting.default)
        console.line(f"{setting.name}：{value}（{setting.source}；默认 {default}）")
        console.line(f"  {setting.does}")
    console.line(f"可在 data/raw/{limits.FILE} 里改，写“名称: 值”，或按生效日期写。")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        value = "；".join(f"{name} {_shown(each)}" for name, each in value.items())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value) or "（空）"


@app.command()
def sendback(
    month: MonthArgument,
    street: Annotated[str, typer.Option(help="只看一个街镇（名称、简称或代码）")] = "",
    parts: Annotated[
        bool, typer.Option("--parts", help="另按居委会各做一份工作簿和一段可粘贴的话，只含这个居委会的行")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """退回各街镇核对的工作簿在哪里，以及随附的话，可直接粘贴发出；可按居委会分开。"""
    from redstats import places
    from redstats.runs import sendbacks

    where, chosen = projects.find(), Month.parse(month)
    only_street = places.on(chosen.end).street(street) if street else None
    if parts:
        _parts(where, chosen, [only_street] if only_street else places.on(chosen.end).streets)
        return
    sent_back = sendbacks.told(where, chosen, only_street)
    if as_json:
        content = [
            {"street_code": each.street.code, "street_name": each.street.name, "message": each.message}
            | {"workbook": str(each.workbook), "text": str(each.text), "is_current": each.is_current}
            for each in sent_back
        ]
        console.data(content)
        return
    for each in sent_back:
        console.lines(each.message)
        console.line(f"  工作簿：{each.workbook!s}")
        console.lines(f"  这段话：{each.text}\n")
    if not sent_back[0].is_current:
        console.line(f"当月文件夹在上次运行后有变化，请先运行 redstats run {chosen}。")


def _parts(where: projects.Project, month: Month, streets: Collection[Street]) -> None:
    from redstats import tables
    from redstats.runs import sendbacks
    from redstats.runs.month import run_month

    run_month(where, month, console.line)
    with tables.taking_turns(where, month):
        written, failed = sendbacks.write_parts(where, month, streets)
    for path in written:
        console.line(f"已做：{path}")
    for file, error in failed.items():
        console.line(f"{file} 没有做成：{error}")
    console.line(f"改好的放进 data/raw/{month}，再运行 redstats run {month}；一份只代替它那个居委会的行。")
    if failed:
        raise typer.Exit(RunError.exit_code)


@app.command()
def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="条款、要求、规定、街镇或业委会", help="如 3.2、self_study、L13、虹桥 或 示例苑业委会"
        ),
    ],
    month: Annotated[str, typer.Option("--month", help="哪个月；不写的是最近一个月")] = "",
    street: Annotated[str, typer.Option(help="业委会所在的街镇，同名时用")] = "",
    as_json: AsJson = False,
) -> None:
    """说明一条、一项要求、一个街镇为什么在这个位置，或一个业委会：原文、规则、数据、单元格、得分。"""
    from redstats.dashboards.explaining import explain as explained

    explanation = explained(redstats.open_month(month), name, street)
    if as_json:
        listed = [{"caption": caption, "rows": rows} for caption, rows in explanation.tables]
        console.data({"title": explanation.title, "lines": explanation.lines, "tables": listed})
        return
    console.line(explanation.title)
    for line in explanation.lines:
        console.line(f"  {line}")
    for caption, rows in explanation.tables:
        console.lines(f"\n{caption}")
        for row in rows:
            row_text = "；".join(f"{label} {text}" for label, text in row.items() if text)
            console.line(f"  {row_text}")


@app.command()
def standard(
    name: Annotated[
        str, typer.Argument(metavar="条款或要求", help="如 3.2，或要求的编号，如 self_study")
    ] = "",
    month: Annotated[str, typer.Option("--month", help="按哪个月有效的标准")] = "",
    as_json: AsJson = False,
) -> None:
    """标准的条款和要求：原文、力度、填报数据、怎么办。"""
    import datetime as dt

    from redstats import standard as rules

    day = Month.parse(month).end if month else dt.date.today()
    now = rules.on(day)
    if not name:
        chosen = list(now.requirements.values())
    elif name in now.clauses:
        chosen = now.of_clause(name)
    elif name in now.requirements:
        chosen = [now.requirements[name]]
    else:
        import difflib

        near = difflib.get_close_matches(name, [*now.requirements, *now.clauses], n=3, cutoff=0.4)
        raise RunError(
            f"没有条款或要求“{name}”",
            where=now.edition.title,
            to_do=f"相近的有：{'、'.join(near)}" if near else f"条款有：{'、'.join(now.clauses)}",
        )
    if as_json:
        console.data(
            [
                {
                    "requirement": one.id,
                    "title": one.title,
                    "clause": one.clause,
                    "edition": one.edition,
                    "force": one.force,
                    "field": one.field,
                    "value": one.value,
                    "required": one.required,
                    "quote": one.quote,
                    "fix": one.fix,
                }
                for one in chosen
            ]
        )
        return
    if name in now.clauses:
        console.lines(f"{now.clauses[name].label}\n{now.clauses[name].text}\n")
    for requirement in chosen:
        red = "，红线" if requirement.red_line else ""
        clause, force = now.clauses[requirement.clause].label, rules.FORCES[requirement.force]
        console.line(f"{requirement.title}（{requirement.id}；{clause}；{force}{red}）")
        console.line(f"  原文：{requirement.quote}")
        console.line(
            f"  要求：{requirement.required}　填报数据：{now.label(requirement.field)}（{requirement.field}）"
        )
        console.line(f"  怎么办：{requirement.fix}")
