"""One function a chart: a frame in, a plotly figure out.  Personal columns never enter one.

Charts add shape to numbers that stand beside them in a table; colours are those of the pages and never the only
carrier of a meaning.
"""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

TEAL = "#0B6E6E"


def _layout(figure: go.Figure, height: int, **more: object) -> go.Figure:
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 32},
        plot_bgcolor="white",
        paper_bgcolor="white",
        template="none",
        **({"showlegend": False} | more),
    )


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
