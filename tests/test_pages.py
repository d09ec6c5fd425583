"""What leadership opens: one HTML file that is complete without script, without network and on paper."""

from __future__ import annotations

import csv
import functools
import http.server
import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat import v4

from redstats import html
from redstats.html.exporter import pathless

STREETS = ["华阳路", "江苏路", "新华路", "周家桥", "天山路", "仙霞新村", "虹桥", "程家桥", "北新泾"]
CLAUSES = {
    "一、党建引领好": ["政治引领", "思想引领", "组织引领"],
    "二、制度执行好": ["制度建设", "制度执行"],
    "三、自身建设好": ["按时换届", "队伍建设"],
    "四、作用发挥好": ["监督作用", "联动作用", "协调作用"],
    "五、群众评价好": ["服务惠民", "数字惠民"],
}
NAV = [
    ("看全区", [("全区总览", "index.html", True)]),
    ("看街镇", [(f"{street}街道", f"streets/s{i}.html", False) for i, street in enumerate(STREETS)]),
    ("办事", [("问题清单", "issues.html", False)]),
    ("依据", [("标准释义", "standard.html", False)]),
]


# ---- blocks as the notebooks display them ---------------------------------------------------------------


def status(value):
    if value is None:
        return "st-missing", "○", "缺报"
    return next(
        (css, symbol, f"{value}")
        for floor, css, symbol in ((90, "st-met", "●"), (80, "st-watch", "▲"), (-1, "st-alert", "■"))
        if value >= floor
    )


def heading():
    return """<header><h1>长宁区“红色业委会”建设月报</h1><p class="meta">
      <span>2026年10月 · 数据截至 10月31日 · 标准：长宁区红色业委会建设标准（暂行）</span>
      <span>生成 2026-11-03 09:12 · 运行号 8f3c1a · 9/10 街镇已报送（缺：新泾镇）</span></p></header>
      <p class="conclusion"><b>本月结论：</b>全区平均得分 87.6，环比 +0.9；党组织覆盖 95.9%，
      距 100% 还差 38 个；“按时换届”短板集中在 3 个街镇。</p>"""


def cards():
    four = [
        (
            "st-watch",
            "党组织覆盖率（一·（三））",
            "95.9",
            "%",
            "环比上升 1.2 个百分点",
            "标准 100%，差 38 个（n=927）",
        ),
        ("st-met", "平均得分（12项）", "87.6", "分", "环比上升 0.9", "可能区间 86.1–88.4"),
        ("st-alert", "严重问题", "23", "项", "环比减少 6", "涉及 19 个业委会"),
        ("st-met", "数据完整率", "98.7", "%", "持平", "缺报 13 行，见问题清单"),
    ]
    return "".join(
        [
            '<div class="cards">',
            *(
                f'<div class="card {css}"><p class="label">{label}</p>'
                f'<p class="big">{big}<small>{unit}</small></p>'
                f'<p class="change">{change}</p><p class="compare">{compare}</p></div>'
                for css, label, big, unit, change, compare in four
            ),
            "</div>",
        ]
    )


def heat():
    head = "".join(f'<th scope="colgroup" colspan="{len(c)}">{name}</th>' for name, c in CLAUSES.items())
    sub = "".join(f'<th scope="col">{c}</th>' for clauses in CLAUSES.values() for c in clauses)
    rows = []
    for i, street in enumerate(STREETS):
        cells = []
        for j in range(12):
            css, symbol, shown = status(None if i == 6 and j == 10 else 70 + (i * 17 + j * 23 + i * j) % 31)
            cells.append(
                f'<td class="{css}"><span class="sym" aria-hidden="true">{symbol}</span> {shown}</td>'
            )
        rows.append(
            f'<tr><th scope="row"><a href="streets/s{i}.html">{street}街道</a></th>{"".join(cells)}'
            f'<td class="total">{90 - i * 0.6:.1f}</td></tr>'
        )
    return f"""<h2>一图看全区：街镇 × 12 项标准</h2><p class="legend">图例：
      <span class="st-met"><span class="sym">●</span> 达标 ≥90%</span>
      <span class="st-watch"><span class="sym">▲</span> 关注 80–90%</span>
      <span class="st-alert"><span class="sym">■</span> 预警 &lt;80%</span>
      <span class="st-missing"><span class="sym">○</span> 缺报</span>
      <span class="st-na">– 不适用</span></p>
      <div class="scroll"><table class="heat">
      <caption>各街镇 × 12 项标准达标率（%）。点街镇名进入分页。</caption>
      <thead><tr><th rowspan="2" scope="col">街镇</th>{head}<th rowspan="2" scope="col">得分</th></tr>
      <tr>{sub}</tr></thead>
      <tbody>{"".join(rows)}</tbody></table></div>
      <p class="finding">虹桥、仙霞新村两街道“制度执行”连续 3 个月低于 80%。</p>
      <p class="note">口径：达标率 = 达标业委会数 ÷ 应评业委会数；新泾镇本月未报送，不计入平均。</p>"""


def bars_and_todo():
    rows = "".join(
        f'<tr><th scope="row">{s}街道</th><td class="track">'
        f'<span class="bar st-watch" style="--v:{93.1 + i * 0.6:.1f}%"></span></td>'
        f"<td>{93.1 + i * 0.6:.1f}% 差{9 - i}个</td></tr>"
        for i, s in enumerate(STREETS)
    )
    return f"""<div class="columns"><section><h2>党组织覆盖：离 100% 还差多少</h2>
      <table class="bars">
      <thead><tr><td></td><th scope="col">自 0 起，竖线为标准 100%</th><td></td></tr></thead>
      <tbody>{rows}</tbody></table></section>
      <section><h2>本月要办的事</h2><ol class="todo">
      <li><b>虹桥街道</b>：12 个符合条件的业委会未建党组织。
        <small>依据：一·（三）“实现……100%覆盖”</small></li>
      <li><b>程家桥街道</b>：7 个业委会党员委员比例低于 50%。
        <small>依据：三·（一）“一般不低于50%”</small></li>
      <li><b>新华路街道</b>：9 个业委会年度自学不足 2 次。
        <small>依据：三·（二）“每年自行组织学习不少于2次”</small></li>
      </ol></section></div>"""


def chart(identity="trend", values=(93.0, 94.7, 95.9), title="党组织覆盖率近三月"):
    months = ["2026-08", "2026-09", "2026-10"]
    spec = {
        "data": [{"type": "bar", "x": months, "y": list(values), "marker": {"color": "#0B6E6E"}}],
        "layout": {
            "margin": {"l": 40, "r": 10, "t": 10, "b": 30},
            "xaxis": {"type": "category"},
            "yaxis": {"range": [0, 100], "ticksuffix": "%"},
        },
    }
    rows = "".join(f"<tr><th>{m}</th><td>{v}</td></tr>" for m, v in zip(months, values, strict=True))
    return f"""<figure class="chart" id="{identity}"><figcaption>{title}</figcaption>
      <div class="plot" style="height:260px"><script type="application/json">{json.dumps(spec)}</script></div>
      <details><summary>数据表</summary><div class="scroll"><table class="data">
      <thead><tr><th>月份</th><th>覆盖率（%）</th></tr></thead>
      <tbody>{rows}</tbody></table></div></details></figure>"""


FINDINGS = [  # street, committee, level, value, what to do
    ("虹桥街道", "虹储居民区业委会", "■ 预警", "12", "尽快建立党组织"),
    ("华阳路街道", "陈家巷业委会", "▲ 关注", "9", "补报学习记录"),
    ("江苏路街道", "福世花园业委会", "▲ 关注", "100", "补报换届日期"),
    ("虹桥街道", "古北一期业委会", "○ 缺报", "", '=HYPERLINK("http://example.org","点我")'),
]


def findings(rows=FINDINGS):
    body = "".join(
        f'<tr><td>{a}</td><td>{b}</td><td>{c}</td><td class="num">{d}</td><td>{e}</td></tr>'
        for a, b, c, d, e in rows
    )
    return f"""<h2>问题清单</h2><div class="scroll">
      <table class="data filterable" data-filename="问题清单 2026-10">
      <caption>问题清单</caption><thead><tr><th scope="col" data-filter>街镇</th><th scope="col">业委会</th>
      <th scope="col" data-filter>级别</th><th scope="col" class="num">数值</th>
      <th scope="col" data-nosort>怎么办</th></tr></thead><tbody>{body}</tbody></table></div>"""


FOOTER = """<footer><p>分值为可调设定，非标准原文。分母：应评业委会 927 个。
  来源：虹桥街道.xlsx（a1b2c3）等 9 份。</p>
  <p>重做本页：<code class="copy">redstats run 2026-10 --street 虹桥街道</code></p></footer>"""


def wrapped(block):
    return f'<div class="redstats">{block}</div>'


def displayed(*blocks):
    """A code cell that displayed these blocks."""
    outputs = [
        v4.new_output("display_data", {"text/html": b, "text/plain": "<Block>"}) if isinstance(b, str) else b
        for b in blocks
    ]
    return v4.new_code_cell("secret_code_line = 1", outputs=outputs, execution_count=1)


def notebook(*cells):
    return v4.new_notebook(cells=[c if not isinstance(c, str) else displayed(c) for c in cells])


def overview():
    return notebook(
        displayed(html.style(), wrapped(heading())),
        displayed(wrapped(cards())),
        displayed(wrapped(heat())),
        displayed(wrapped(bars_and_todo())),
        v4.new_markdown_cell("## 变化\n\n与上月相比，**覆盖率**上升。"),
        displayed(wrapped(chart())),
        displayed(wrapped(findings())),
        displayed(wrapped(FOOTER)),
    )


# ---- a folder of pages and a browser to open them -------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    html.write_assets(tmp_path / "assets")
    return tmp_path


@pytest.fixture
def visit(browser, folder):
    """Write a page (notebook or HTML) into the folder and open it; ``requests`` lists what it asked for."""
    contexts = []

    def refused(visited, request):  # stopped by the policy before it left the browser
        if request.failure == "csp":
            visited.requests.remove(request.url)

    def go(page, *, js=True, width=1200, url=None, scroll=True, name="index.html", **options):
        source = page if isinstance(page, str) else html.export(page, title="测试页", nav=NAV, **options)
        (folder / name).write_text(source, encoding="utf-8")
        context = browser.new_context(
            java_script_enabled=js, viewport={"width": width, "height": 900}, accept_downloads=True
        )
        contexts.append(context)
        visited = context.new_page()
        visited.requests, visited.console = [], []
        visited.on("request", lambda request: visited.requests.append(request.url))
        visited.on("requestfailed", lambda request: refused(visited, request))
        visited.on("console", lambda message: visited.console.append(message.text))
        visited.goto((url or folder.as_uri()) + "/" + name)
        if js and scroll and 'class="plot"' in source:
            visited.locator(".plot").first.scroll_into_view_if_needed()
            visited.wait_for_selector(".plot .main-svg", timeout=20_000)
        return visited

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def served(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def shown(page):
    return page.locator("table.filterable tbody tr:visible td:nth-child(2)").all_inner_texts()


# ---- what stands on the page ----------------------------------------------------------------------------


def test_code_prompts_and_streams_stay_out():
    noisy = displayed(
        "<p>结果</p>", v4.new_output("stream", name="stderr", text="Warning from /srv/app/x.py")
    )
    noisy.outputs.append(v4.new_output("stream", name="stdout", text="debug print"))
    source = html.export(notebook(noisy), title="页")
    assert "<p>结果</p>" in source
    for hidden in ("secret_code_line", "In [", "Out[", "Warning from", "debug print", "&lt;Block&gt;"):
        assert hidden not in source


def test_html_is_preferred_over_the_plotly_mimetype():
    both = v4.new_output(
        "display_data",
        {"application/vnd.plotly.v1+json": {"data": [], "layout": {}}, "text/html": "<p>块</p>"},
    )
    source = html.export(notebook(displayed(both)), title="页")
    assert "<p>块</p>" in source
    assert "application/json" not in source.split("</head>")[1]


def test_the_template_adds_no_heading_of_its_own_and_says_the_language():
    source = html.export(overview(), title="总览 <1>", nav=NAV)
    assert source.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in source
    assert "<title>总览 &lt;1&gt;</title>" in source
    assert source.count("<h1") == 1
    assert '<b aria-current="page">全区总览</b>' in source


def test_no_address_on_the_page_leaves_its_folder():
    source = html.export(overview(), title="总览", nav=NAV)
    addresses = re.findall(r"""\b(?:src|href)\s*=\s*["']?([^"'\s>]*)""", source)
    addresses += re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", source)
    assert addresses
    assert not [a for a in addresses if re.match(r"[a-z]+:|//", a) and not a.startswith("data:")]
    assert "require" not in source.lower()
    assert "mathjax" not in source.lower()


def test_a_page_is_small_and_the_single_file_stays_below_its_budget():
    assert len(html.export(overview(), title="总览", nav=NAV).encode()) < 150_000
    assert len(html.export(overview(), title="总览", nav=NAV, inline_plotly=True).encode()) < 2_200_000


def test_the_same_notebook_gives_the_same_bytes():
    assert html.export(overview(), title="页", inline_plotly=True) == html.export(
        overview(), title="页", inline_plotly=True
    )


def test_a_style_meant_for_jupyterlab_is_not_repeated_on_the_page():
    assert html.export(overview(), title="页").count("<style") == 1


def test_every_rule_of_the_blocks_style_stands_under_redstats():
    css = re.sub(r"/\*.*?\*/", "", html.style().removeprefix("<style>").removesuffix("</style>"), flags=re.S)
    selectors = [s.strip() for group in re.findall(r"([^{}]+)\{[^{}]*\}", css) for s in group.split(",")]
    assert len(selectors) > 50
    assert not [s for s in selectors if not re.match(r"(?:\.js )?\.redstats\b", s)]
    assert "@page" not in css


def test_an_output_no_page_can_show_is_named_not_dropped():
    odd = v4.new_output("display_data", {"application/x-odd": "?"})
    assert "application/x-odd" in html.export(notebook(displayed(odd)), title="页")


# ---- prose ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prose",
    [
        "<script>window.x=1</script>",
        "text <img src=x onerror=window.x=1>",
        "```mermaid\n<img src=x onerror=window.x=1>\n```",
        "$<img src=x onerror=window.x=1>$",
        "[点](javascript:window.x=1)",
        "[点](java\tscript:window.x=1)",
        "![图](http://example.org/a.png)",
        "[点](//example.org/x)",
        "[点](/\\example.org)",
        "http://example.org/<b>",
    ],
)
def test_prose_can_carry_neither_markup_nor_foreign_addresses(prose):
    body = html.export(notebook(v4.new_markdown_cell(prose)), title="页").split("<main")[1]
    assert not re.search(r"<(?:script|img|b)\b", body)
    assert not re.search(r"""(?:src|href)=["'](?!#)""", body)


def test_prose_keeps_headings_tables_and_relative_links():
    prose = "## 口径\n\n见[街镇页](streets/a.html)。\n\n| 项 | 值 |\n|---|---|\n| 甲 | 1 |"
    source = html.export(notebook(v4.new_markdown_cell(prose)), title="页")
    assert "<h2>口径</h2>" in source
    assert '<a href="streets/a.html">街镇页</a>' in source
    assert '<div class="scroll"><table class="data' in source


@given(st.text(alphabet=st.sampled_from("<>\"'`&;:/\\![]()#$*_|~ \n\tasxjhp="), max_size=60))
@example("[a](<\"onmouseover='x'>)")
@example("```j")
@example("```html\n<b>x</b>")
def test_whatever_the_prose_says_it_opens_no_dangerous_element(prose):
    body = html.export(notebook(v4.new_markdown_cell(prose)), title="页").split('<div class="prose">')[1]
    tags = re.findall(r"<([a-z0-9]+)([^>]*)>", body)
    allowed = re.findall(
        r"\w+",
        """a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr input li ol p pre s strong
        table tbody td th thead tr ul""",
    )
    assert {tag for tag, _ in tags} <= set(allowed)
    assert not [
        attributes for _, attributes in tags if re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', "", attributes))
    ]


# ---- a notebook that failed -------------------------------------------------------------------------------


def failed():
    error = v4.new_output(
        "error",
        ename="FileNotFoundError",
        evalue="No such file: '/home/li/months/2026-10/虹桥<街道>.xlsx' 或 C:\\Users\\li\\数据\\a.xlsx",
        traceback=["\x1b[31mTraceback\x1b[0m /home/li/redstats/blocks.py line 3"],
    )
    first, second = (v4.new_markdown_cell("<span>An Exception was encountered</span>") for _ in range(2))
    first.metadata["tags"] = second.metadata["tags"] = ["papermill-error-cell-tag"]
    return notebook(
        first, displayed(wrapped(cards())), second, displayed(error), v4.new_markdown_cell("余下的话")
    )


def test_a_failed_notebook_says_so_in_one_sentence_and_shows_the_rest():
    source = html.export(failed(), title="页")
    assert "本页生成失败：FileNotFoundError（" in source
    assert "No such file" not in source and "虹桥" not in source  # its words may be those of a cell
    assert "党组织覆盖率" in source
    assert "余下的话" in source
    for machine in ("/home", "li/", "C:\\", "Traceback", "\x1b", "An Exception"):
        assert machine not in source.split("<main")[1]


@pytest.mark.parametrize(
    "path",
    [
        "/home/li ming/月报/",
        "C:\\\\Users\\\\Li Ming\\\\",
        "C:\\Users\\Li Ming\\",
        "~/月报/",
        "\\\\nas\\共享 盘\\",
    ],
)
def test_a_quoted_path_is_cut_to_its_file_name_even_with_blanks(path):
    assert pathless(f"无法打开 '{path}虹桥 街道.xlsx' 请检查") == "无法打开 '虹桥 街道.xlsx' 请检查"


def test_text_that_merely_holds_slashes_is_left_alone():
    for text in ("3/4 达标", "2026/10/01", "一·（三）/（四）", "见 https://example.org/a/b", "比率 a/b/c"):
        assert pathless(text) == text


def test_a_page_whose_notebook_ran_through_claims_no_failure():
    assert "生成失败" not in html.export(overview(), title="页").split("<main")[1]


# ---- assets -----------------------------------------------------------------------------------------------


def test_assets_are_written_once_and_mended_when_different(tmp_path):
    html.write_assets(tmp_path)
    target = tmp_path / "plotly.min.js"
    first = target.stat()
    html.write_assets(tmp_path)
    assert target.stat().st_mtime_ns == first.st_mtime_ns
    target.write_text("torn")
    html.write_assets(tmp_path)
    assert target.stat().st_size == first.st_size
    assert [p.name for p in Path(tmp_path).iterdir()] == ["plotly.min.js"]


# ---- in a browser -----------------------------------------------------------------------------------------


def test_a_chart_draws_from_a_file_and_asks_only_for_its_neighbour(visit, folder):
    page = visit(overview())
    assert page.locator(".plot .main-svg .bars path").count() >= 3
    asked = {url.removeprefix(folder.as_uri()) for url in page.requests} - {"data:,"}
    assert asked == {"/index.html", "/assets/plotly.min.js"}
    assert page.locator("figure.chart details[open]").count() == 0
    assert page.console == []


def test_a_chart_draws_over_http_from_a_deeper_folder(visit, folder, served):
    (folder / "streets").mkdir()
    page = visit(overview(), url=served, name="streets/a.html", assets="../assets/")
    assert all(url.startswith((served, "data:")) for url in page.requests)


def test_the_single_file_draws_without_any_neighbour(visit, folder):
    (folder / "assets" / "plotly.min.js").unlink()
    page = visit(overview(), inline_plotly=True, name="单页.html")
    assert page.locator(".plot .main-svg .bars path").count() >= 3
    assert all(url.startswith(("blob:", "data:", folder.as_uri())) for url in page.requests)


def test_a_figure_shown_the_plain_way_draws_too(visit):
    figure = {"data": [{"type": "bar", "x": ["</script>甲"], "y": [1]}], "layout": {}}
    output = v4.new_output("display_data", {"application/vnd.plotly.v1+json": figure})
    page = visit(notebook(displayed(output)))
    assert "甲" in page.locator(".plot").inner_text()


def test_plotly_is_not_loaded_before_a_chart_is_near(visit):
    page = visit(notebook(heading(), '<div style="height:4000px"></div>', chart()), scroll=False)
    page.wait_for_timeout(300)
    assert not [url for url in page.requests if "plotly.min.js" in url]
    page.locator(".plot").scroll_into_view_if_needed()
    page.wait_for_selector(".plot .main-svg")


INJECTIONS = {
    "script": "<script>window.x=1</script>",
    "upper case script": "<SCRIPT >window.x=1</SCRIPT>",
    "typed twice": '<script type="text/javascript" type="application/json">window.x=1</script>',
    "event handler": "<img src=x onerror=window.x=1>",
    "svg": "<svg onload=window.x=1></svg>",
    "link": '<a id="evil" href="javascript:window.x=1">点</a>',
    "frame": '<iframe srcdoc="<script>parent.x=1</script>"></iframe>',
    "base": '<base href="http://127.0.0.1:9/">',
    "redirect": '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">',
    "stylesheet": '<link rel="stylesheet" href="http://127.0.0.1:9/a.css">',
    "picture": '<img src="http://127.0.0.1:9/a.png">',
    "css import": "<style>@import 'http://127.0.0.1:9/a.css';</style>",
    "pose as plotly": '<div id="plotly-gz">d2luZG93Lng9MQ==</div>',
    "clobber": '<img name="currentScript" data-assets="http://127.0.0.1:9/">',
}


@pytest.mark.parametrize("name", INJECTIONS)
def test_markup_injected_into_an_output_neither_runs_nor_calls_out(visit, folder, name):
    page = visit(notebook(wrapped(INJECTIONS[name]), chart()))
    if page.locator("#evil").count():
        page.locator("#evil").click()
    page.wait_for_timeout(150)
    assert page.evaluate("typeof window.x") == "undefined"
    assert all(url.startswith((folder.as_uri(), "data:")) for url in page.requests)


@pytest.mark.parametrize("name", ["script", "event handler", "svg", "frame"])
def test_the_policy_alone_stops_script_put_into_the_finished_file(visit, name):
    source = html.export(notebook(chart()), title="页")
    page = visit(source.replace('<div class="out">', INJECTIONS[name] + '<div class="out">', 1))
    page.wait_for_timeout(150)
    assert page.evaluate("typeof window.x") == "undefined"
    assert page.console  # the browser reports what it refused


def test_without_script_every_number_is_there_and_no_control_is_dead(visit):
    page = visit(overview(), js=False)
    for number in ("95.9", "93.1% 差9个", "94.7"):
        assert page.get_by_text(number).first.is_visible(), number
    # the box that folds the navigation on a phone works without one
    assert page.locator("button, input:not(#contents, #large), select").count() == 0
    assert page.locator(".plot").first.is_hidden()
    assert page.locator("figure.chart td").first.is_visible()
    assert len(shown(page)) == len(FINDINGS)


def test_a_missing_plotly_leaves_the_table_in_the_charts_place(visit, folder):
    (folder / "assets" / "plotly.min.js").unlink()
    page = visit(overview(), scroll=False)
    page.locator("figure.chart").scroll_into_view_if_needed()
    page.wait_for_selector("figure.chart details[open]")
    assert page.locator(".plot").is_hidden()
    assert page.locator("figure.chart td").first.is_visible()


def test_a_broken_figure_does_not_take_the_others_along(visit):
    broken = chart("broken").replace('{"data"', '{data"')
    page = visit(notebook(chart("one"), broken, chart("three")))
    page.wait_for_selector("#three .main-svg")
    assert page.locator("#broken .plot").is_hidden()
    assert page.locator("#broken td").first.is_visible()


@pytest.mark.parametrize("width", [360, 414, 760, 1200])
@pytest.mark.parametrize("js", [True, False])
def test_no_width_makes_the_page_scroll_sideways(visit, width, js):
    wide = (
        f'<table class="data"><tr>{"<td>很长的一格内容</td>" * 20}</tr></table><p>{"长" * 30}{"x" * 200}</p>'
    )
    page = visit(
        notebook(*overview().cells, wrapped(f'<div class="scroll">{wide}</div>')), width=width, js=js
    )
    box = page.locator("body").evaluate(
        "b => [b.scrollWidth, document.documentElement.scrollWidth]", timeout=5000
    )
    assert max(box) <= width


def test_the_heat_tables_first_column_stays_while_the_rest_scrolls(visit):
    page = visit(overview(), width=360)
    scroll = page.locator(".scroll", has=page.locator("table.heat"))
    before = page.locator("table.heat tbody th").first.bounding_box()["x"]
    scroll.evaluate("box => box.scrollLeft = 200")
    assert page.locator("table.heat tbody th").first.bounding_box()["x"] == pytest.approx(before, abs=1)
    assert scroll.get_attribute("tabindex") == "0"


def test_printing_shows_tables_for_charts_that_were_not_drawn(visit):
    page = visit(notebook(heading(), '<div style="height:4000px"></div>', chart()), scroll=False)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("figure.chart td").first.is_visible()
    assert page.locator(".plot").is_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("figure.chart td").first.is_hidden()


def test_printing_draws_the_charts_further_down_once_plotly_is_there(visit):
    page = visit(notebook(chart("near"), '<div style="height:4000px"></div>', chart("far")))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#far .main-svg").count() > 0
    assert page.locator("#far details[open]").count() == 0


def test_the_overview_prints_on_a4_landscape_without_its_controls(visit):
    page = visit(notebook(*overview().cells[:6]))
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".skip").is_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(width), round(height)) in {(842, 595), (842, 596), (841, 595), (841, 594)}


# ---- findings ---------------------------------------------------------------------------------------------


def test_filtering_narrows_rows_and_tells_the_count(visit):
    page = visit(notebook(findings()))
    count = page.get_by_role("status")
    assert count.inner_text() == "显示 4 / 4 条"
    page.get_by_label("筛选").fill("虹桥 虹储")
    assert shown(page) == ["虹储居民区业委会"]
    assert count.inner_text() == "显示 1 / 4 条"
    page.get_by_label("筛选").fill("")
    page.get_by_label("级别").select_option(label="▲ 关注")
    assert shown(page) == ["陈家巷业委会", "福世花园业委会"]
    page.get_by_label("街镇").select_option(label="华阳路街道")
    assert shown(page) == ["陈家巷业委会"]


def test_sorting_knows_numbers_puts_blanks_last_and_announces_itself(visit):
    page = visit(notebook(findings()))
    header = page.get_by_role("columnheader", name="数值")
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    values = "table.filterable tbody td:nth-child(4)"
    assert page.locator(values).all_inner_texts() == ["9", "12", "100", ""]
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    assert page.locator(values).all_inner_texts() == ["100", "12", "9", ""]
    street = page.get_by_role("columnheader", name="街镇")
    street.get_by_role("button").click()
    assert header.get_attribute("aria-sort") is None
    by_pinyin = page.locator("table.filterable tbody td:nth-child(1)").all_inner_texts()
    assert by_pinyin == ["虹桥街道", "虹桥街道", "华阳路街道", "江苏路街道"]
    assert page.get_by_role("columnheader", name="怎么办").get_by_role("button").count() == 0


def test_the_csv_holds_the_filtered_rows_and_no_live_formula(visit):
    rows = [
        ("甲", f"业委会{i}", "级", "1", text)
        for i, text in enumerate(['=1+1,"x"', "+1", "-1", "@a", "＝1", "平常", " =2", '含"引号"'])
    ]
    page = visit(notebook(findings([*rows, ("乙", "别处", "级", "2", "无")])))
    page.get_by_label("街镇").select_option(label="甲")
    with page.expect_download() as event:
        page.get_by_role("button", name="下载 CSV").click()
    assert event.value.suggested_filename == "问题清单 2026-10.csv"
    raw = Path(event.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert table[0] == ["街镇", "业委会", "级别", "数值", "怎么办"]
    assert [row[4] for row in table[1:]] == [
        '\'=1+1,"x"',
        "'+1",
        "'-1",
        "'@a",
        "'＝1",
        "平常",
        "'=2",
        '含"引号"',
    ]


def test_a_table_printed_while_filtered_says_how_many_rows_it_shows(visit):
    page = visit(notebook(findings()))
    page.get_by_label("筛选").fill("古北")
    page.emulate_media(media="print")
    assert page.get_by_text("显示 1 / 4 条").is_visible()
    assert page.get_by_role("button", name="下载 CSV").count() == 0


def test_a_command_can_be_copied_even_without_the_clipboard_api(visit):
    page = visit(notebook(FOOTER))
    page.evaluate(
        "() => { if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject(); }"
    )
    page.evaluate(
        "() => document.addEventListener('copy', () => { window.copied = document.activeElement.value })"
    )
    page.get_by_role("button", name="复制").click()
    page.wait_for_selector("text=已复制")
    assert page.evaluate("window.copied") == "redstats run 2026-10 --street 虹桥街道"


# ---- everybody can read it --------------------------------------------------------------------------------

CONTRAST = """() => {
  const channel = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (el) => {
    for (; el; el = el.parentElement) {
      const c = numbers(getComputedStyle(el).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const el of document.querySelectorAll("body *")) {
    const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !el.checkVisibility() || el.closest("svg")) continue;
    const [a, b] = [light(numbers(getComputedStyle(el).color)), light(ground(el))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) low.push(el.outerHTML.slice(0, 80));
  }
  return low;
}"""


def test_every_text_contrasts_with_its_ground(visit):
    assert visit(overview()).evaluate(CONTRAST) == []


def test_the_skip_link_is_the_first_stop_of_the_keyboard(visit):
    page = visit(overview(), scroll=False)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_no_cell_is_aligned_by_jupyterlab_when_a_block_is_shown_there(visit):
    jupyterlab = """<style>:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon td {text-align:right}
      .jp-RenderedHTMLCommon tbody tr:nth-child(even) {background:#eee}</style>"""
    block = wrapped(findings())
    page = visit(f"<!DOCTYPE html>{jupyterlab}<div class='jp-RenderedHTMLCommon'>{html.style()}{block}</div>")
    assert page.locator("td").first.evaluate("td => getComputedStyle(td).textAlign") == "left"
    row = page.locator("tbody tr").nth(1)
    assert row.evaluate("tr => getComputedStyle(tr).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_notebooks_read_from_disk_export_like_those_in_memory(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(overview(), path)
    assert html.export(nbformat.read(path, as_version=4), title="页") == html.export(overview(), title="页")


def test_a_notebook_that_only_wants_the_style_does_not_wait_for_nbconvert():
    code = "import sys, redstats.html as p; p.style(); sys.exit('nbconvert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
