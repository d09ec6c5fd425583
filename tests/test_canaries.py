"""No name, number or address of a person reaches a page, wherever a sender has written it; the letters have it all."""

from __future__ import annotations

import shutil

import pytest
from canaries import MONTH, Canaries, leaks, plant, texts

from redstats import places, settings
from redstats.project import Project
from redstats.runs import sendbacks
from redstats.runs.month import run_month

ROOT = __import__("pathlib").Path(__file__).parents[1]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A month with canaries everywhere, run whole: the project and the canaries."""
    home = tmp_path_factory.mktemp("canaries")
    for name in ("notebooks", "expectations"):
        shutil.copytree(ROOT / name, home / name)
    project, canaries = Project(home), Canaries(20261129)
    plant(project.raw, canaries)
    assert not run_month(project, MONTH).failed
    return project, canaries


@pytest.mark.xdist_group("canaries")
def test_no_published_byte_holds_a_canary(planted):
    project, canaries = planted
    assert len(canaries.names) > 500 and len(canaries.numbers) > 300
    assert leaks(project.dashboards(MONTH), canaries) == []


@pytest.mark.xdist_group("canaries")
def test_the_pages_still_say_what_was_read_and_where_to_look(planted):
    project, _ = planted
    street = places.on(MONTH.end).streets[1]
    page = (project.dashboards(MONTH) / "imports" / f"{street.code}.html").read_text(encoding="utf-8")
    assert "（请查原表" in page and f"{street.name}-1-" in page


@pytest.mark.xdist_group("canaries")
def test_a_street_finds_its_own_words_in_its_letters_and_no_others(planted):
    project, canaries = planted
    for street in places.on(MONTH.end).streets[:2]:
        own = leaks(project.letters(MONTH, street.name), canaries)
        assert own, street.name
        others = [one.name for one in places.on(MONTH.end).streets if one != street]
        mail = (project.letters(MONTH) / sendbacks.mail_of(street, MONTH)).read_bytes().decode("ascii")
        addresses = settings.on(project, MONTH.end).addresses
        assert addresses[street.name] in mail and not any(addresses[name] in mail for name in others)


@pytest.mark.xdist_group("canaries")
def test_a_leak_is_seen_however_it_is_written(tmp_path):
    canaries = Canaries(1)
    name, phone = canaries.name(), canaries.phone()
    (tmp_path / "entities.html").write_text("".join(f"&#{ord(char)};" for char in name), encoding="utf-8")
    (tmp_path / "escaped.json").write_text("".join(f"\\u{ord(char):04x}" for char in name), encoding="utf-8")
    (tmp_path / "parted.html").write_text(f"{name[0]}<b>{name[1:]}</b>", encoding="utf-8")
    array = __import__("base64").b64encode(__import__("struct").pack("<3d", 1.0, float(phone), 2.0)).decode()
    (tmp_path / "array.html").write_text(f'{{"bdata": "{array}"}}', encoding="utf-8")
    (tmp_path / f"{name}.txt").write_bytes(b"")
    assert {hit.partition(":")[0] for hit in leaks(tmp_path, canaries)} == {
        path.name for path in tmp_path.iterdir()
    }
    assert list(texts(b"plain"))
