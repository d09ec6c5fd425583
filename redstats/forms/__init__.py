"""The forms of Attachment 2, 推荐表 and 复评表, from data to paper and from paper to data."""

from redstats.forms.reading import read_form, read_forms

__all__ = ["read_form", "read_forms"]
