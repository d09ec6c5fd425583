"""One function a chart: a frame in, a plotly figure out.  Personal columns never enter one.

Charts add shape to numbers that stand beside them in a table; colours are those of the pages and never the only
carrier of a meaning.
"""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

TEAL, AMBER, RED, GREY, INK = "#0B6E6E", "#E9A100", "#B42318", "#8A949E", "#1D232A"
STATUS = {"met": TEAL, "watch": AMBER, "alert": RED, "missing": GREY}


def _layout(figure: go.Figure, height: int, **more: object) -> go.Figure:
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 32},
        plot_bgcolor="white",
        paper_bgcolor="white",
        template="none",
        **({"showlegend": False} | more),
    )


def _texts(values: pd.Series) -> list[str]:
    return [escape(str(value)) for value in values]  # plotly takes some HTML for markup


def bullets(frame: pd.DataFrame) -> go.Figure:
    """``name, value, status``, shares in percent: a bar each against the full 100."""
    figure = go.Figure()
    names = _texts(frame["name"])
    figure.add_bar(
        y=names, x=[100] * len(frame), orientation="h", marker_color="#EDF0F3", hoverinfo="skip", width=0.7
    )
    figure.add_bar(
        y=names,
        x=frame["value"].astype(float).tolist(),
        orientation="h",
        marker_color=[STATUS[one] for one in frame["status"]],
        text=[f"{value:.1f}%" for value in frame["value"].astype(float)],
        textposition="outside",
        cliponaxis=False,
        width=0.4,
        hovertemplate="%{y}：%{x:.1f}%<extra></extra>",
    )
    figure.update_xaxes(range=[0, 108], ticksuffix="%", showgrid=False, zeroline=False)
    figure.update_yaxes(autorange="reversed", automargin=True)
    return _layout(figure, 60 + 44 * len(frame), barmode="overlay")


def spread(frame: pd.DataFrame) -> go.Figure:
    """``name, points``, a row a committee: how the committees of each street are spread."""
    figure = go.Figure()
    for name, street_rows in frame.groupby("name", sort=False):
        figure.add_box(
            x=street_rows["points"].astype(float).round(1).tolist(),
            name=escape(str(name)),
            marker_color=TEAL,
            line_width=1.5,
            boxpoints="outliers",
            hoverinfo="x",
            orientation="h",
        )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title_text="业委会得分（轴未从0起）", gridcolor="#EDF0F3", zeroline=False)
    return _layout(figure, 90 + 34 * frame["name"].nunique())


def waterfall(frame: pd.DataFrame) -> go.Figure:
    """``name, loss`` in points (losses negative): from 100 down to what is left."""
    total = 100 + float(frame["loss"].sum())
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=["满分", *_texts(frame["name"]), "得分下限"],
            x=[100.0, *frame["loss"].astype(float).round(2).tolist(), round(total, 2)],
            measure=["absolute", *["relative"] * len(frame), "total"],
            decreasing={"marker": {"color": RED}},
            totals={"marker": {"color": TEAL}},
            increasing={"marker": {"color": TEAL}},
            connector={"line": {"color": "#C6CDD4"}},
            text=["100", *[f"{loss:.1f}" for loss in frame["loss"].astype(float)], f"{total:.1f}"],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}：%{x:.1f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    low = max(0, int(total // 10 * 10) - 10)
    figure.update_xaxes(
        range=[low, 104],
        title_text=f"分（轴自{low}起）" if low else "分",
        gridcolor="#EDF0F3",
        zeroline=False,
    )
    return _layout(figure, 80 + 30 * (len(frame) + 2))
