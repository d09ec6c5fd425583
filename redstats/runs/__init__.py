"""Runs: a month, a district or one street; notebooks through papermill, pages through nbconvert, run.json.

``stages`` brings the tables up to date (a notebook's kernel needs no more), ``month`` makes the pages.
"""
