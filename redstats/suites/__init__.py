"""The rule suites of ``expectations/``: read and checked, run over facts, and said in sentences."""
