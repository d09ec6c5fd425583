"""Imported once by the process that kernels are forked from: all that every kernel would have to load again."""

import datetime as dt

import ipykernel.kernelapp
import ipykernel.zmqshell  # noqa: F401
import matplotlib_inline  # noqa: F401
import pandas as pd
import pyarrow.parquet  # noqa: F401

from redstats import charts, dashboards, places, standard
from redstats.runs import stages  # noqa: F401

# plotly imports its parts when a figure first asks for them
_BARS = charts.bullets(pd.DataFrame({"name": ["一"], "value": [1.0], "status": ["met"]}))
_BARS.to_json()
charts.waterfall(pd.DataFrame({"name": ["一"], "loss": [-1.0]})).to_json()
charts.trend(pd.DataFrame({"month": ["一"], "score": [1.0], "coverage": [1.0]})).to_json()
charts.spread(pd.DataFrame({"name": ["一"], "points": [1.0]})).to_json()
dashboards.style()
standard.on(dt.date.today())
places.on(dt.date.today())
