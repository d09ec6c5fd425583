"""Imported once by the process that kernels are forked from: all that every kernel would have to load again."""

import datetime as dt
import importlib

from redstats.runs import light

light.start()
for name in (
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "pyarrow.parquet",
    "redstats.runs.stages",
):
    importlib.import_module(name)

pd = importlib.import_module("pandas")
charts = importlib.import_module("redstats.dashboards.charts")
# plotly imports its parts when a figure first asks for them
charts.bullets(pd.DataFrame({"name": ["一"], "value": [1.0], "status": ["met"]})).to_json()
charts.waterfall(pd.DataFrame({"name": ["一"], "loss": [-1.0]})).to_json()
charts.trend(pd.DataFrame({"month": ["一"], "score": [1.0], "coverage": [1.0]})).to_json()
charts.spread(pd.DataFrame({"name": ["一"], "points": [1.0]})).to_json()
importlib.import_module("redstats.dashboards").style()
importlib.import_module("redstats.standard").on(dt.date.today())
importlib.import_module("redstats.places").on(dt.date.today())
