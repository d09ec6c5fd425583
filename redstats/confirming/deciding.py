"""One confirmation, checked against the month's returns and written to data/raw/mappings.yml; or taken back."""

from __future__ import annotations

import datetime as dt

from redstats import mappings, standard
from redstats import places as roll
from redstats.confirming.review import Review, review
from redstats.errors import RunError
from redstats.mappings import DISTRICT, GONE, IGNORE, SECTIONS, Entry
from redstats.months import Month
from redstats.places import Places, Street
from redstats.project import Project
from redstats.standard import Standard
from redstats.text import fold, similarity


def confirm(
    project: Project,
    month: Month,
    street: Street | None,
    section: str,
    written: str,
    means: str,
    by: str = "",
) -> Entry:
    """Write one confirmation, after the text was seen in the month's returns and what it means was checked.

    ``street`` None is 全区, for headings only.  RunError, with close names, when either is not so.
    """
    places, rules = roll.on(month.end), standard.on(month.end)
    name = street.name if street else DISTRICT
    if street is None and section != "headings":
        raise RunError(
            f"{SECTIONS[section]}要写明街镇", where=written, to_do="请加上 --street，如 --street 华阳路"
        )
    now = review(project, month)
    texts = {text: (text,) for text in now.seen(name, section)}
    if section == GONE:
        texts = {text: (text,) for own, text in now.gone if own == name}
    exact = next((text for text in texts if fold(text) == fold(written)), None)
    if exact is None:
        near = similarity.near(written, texts)
        hint = f"相近的有：{similarity.told(near)}" if near else f"可用 redstats map {month} 查看"
        raise RunError(f"{month} 的报表里没有待确认的{SECTIONS[section]}“{written}”", where=name, to_do=hint)
    meant = _meant(section, means, rules, places, street, now, exact)
    since = month if section == GONE else None
    entry = Entry(name, section, exact, meant, dt.date.today(), " ".join(by.split()), since)
    mappings.check(entry, rules, places)
    mappings.write(project.raw / mappings.FILE, now.confirmed.with_(entry))
    return entry


def forget(project: Project, month: Month, street: Street | None, written: str) -> None:
    """Take back what was confirmed of a text of a street (None: 全区); RunError, with close ones, when it is nothing."""
    places, rules = roll.on(month.end), standard.on(month.end)
    path = project.raw / mappings.FILE
    known = mappings.read(path, rules, places)
    mappings.write(path, known.without(street.name if street else DISTRICT, written))


def _meant(
    section: str,
    means: str,
    rules: Standard,
    places: Places,
    street: Street | None,
    now: Review,
    written: str,
) -> str:
    if section == "headings":
        return mappings.field_of(means, rules)
    if fold(means) == IGNORE:
        raise RunError("只有表头可以不要", where=written, to_do="请写要对应的名称")
    if section == GONE:
        return means
    assert street is not None  # only headings are confirmed for the whole district
    if section == "neighbourhoods":
        home = places.neighbourhood(street, means)
        return home.name if home else means  # check() says what is near
    if fold(means) == fold(written):  # a committee of its own, though its name looks like another's
        return written
    known = [name for own, name in now.gone if own == street.name]
    known += [name for name in now.seen(street.name, "committees") if fold(name) != fold(written)]
    wanted = now.identity.committee(street.code, means)
    same = [name for name in known if now.identity.committee(street.code, name) == wanted]
    if not same:
        near = similarity.near(means, {name: (name,) for name in known}, least=0)
        hint = f"相近的有：{similarity.told(near)}" if near else "这个街镇没有别的业委会"
        raise RunError(
            f"{street.name}没有业委会“{means}”（以前有、本月没有的，或本月报表里的）",
            where=written,
            to_do=hint,
        )
    return same[0]
