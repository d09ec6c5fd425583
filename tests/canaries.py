"""Invented names, numbers and addresses planted in every place of a month that a sender can write in, and looked for in bytes."""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from filled_forms import GOOD
from openpyxl import Workbook
from openpyxl.comments import Comment

from redstats import places, standard
from redstats.forms.documents import draw_document
from redstats.forms.drawing import draw_workbook
from redstats.months import Month

MONTH = Month(2026, 10)
ROWS = 8  # of a return: each column has its canary in one of them
RARE = "亓仉仝佴佘冼刁勾厍呙妫尕岜弭忻昃晁暨枞栾殳沃沭澹濮璩瞿秘筱綦缑胥臧艿芈茹莘萏蒯蔺虢蠃裘觐訾谌谯赑赟逄郄鄢酆釜阚靳鞠颉飨鸷麴"


# Of what most people are called; three of them in a row are looked for wherever a surname stands.
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭金陆白康江史安党常文成公"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰红海燕峰云飞鹏志新春梅龙生林辉斌宇浩凯健俊雪荣爱琴珍玲翠雅芝萍莉香月兴义成立德正"
_COMMON = re.compile(f"(?=([{SURNAMES}][{GIVEN}]{{2}}))")
PACKAGE = Path(standard.__file__).parents[1]


@cache
def known_texts() -> str:
    """Every text that redstats itself may write: a name that stands there tells of nobody."""
    folders = (PACKAGE, PACKAGE.parent / "notebooks", PACKAGE.parent / "expectations")
    files = (
        path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()
    )
    return "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in files)


class Canaries:
    """Names, telephone and identity numbers and addresses that no other text has; ``names`` and ``numbers`` so far.

    Every other name is made of rare characters, which no word has, and every other one of the most usual ones.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self.names: list[str] = []
        self.numbers: list[str] = []

    def name(self) -> str:
        name = ""
        while not name or name in self.names or name in known_texts():
            if len(self.names) % 2:
                name = self._chance.choice(SURNAMES) + "".join(self._chance.choices(GIVEN, k=2))
            else:
                name = "".join(self._chance.sample(RARE, 3))
        self.names.append(name)
        return name

    def phone(self) -> str:
        self.numbers.append(f"139{self._chance.randrange(10**7, 10**8)}")
        return self.numbers[-1]

    def identity(self) -> str:
        self.numbers.append(
            f"310105{self._chance.randrange(1940, 2000)}0101{self._chance.randrange(1000, 9999)}"
        )
        return self.numbers[-1]

    def address(self) -> str:
        return f"{self.name()}路{self._chance.randrange(10, 99)}弄{self._chance.randrange(1, 9)}号"


def ways(canaries: Canaries) -> list:
    """How a name or a number gets into a cell that asks for something else."""
    return [
        lambda kind: canaries.name(),
        lambda kind: f"{canaries.name()} {canaries.phone()}",
        lambda kind: int(canaries.phone()),
        lambda kind: canaries.identity(),
        lambda kind: f"{_plausible(kind)}（{canaries.name()}）",
        lambda kind: f"{_plausible(kind)}，联系{canaries.name()}{canaries.phone()}，住{canaries.address()}",
        lambda kind: f"{canaries.name()}：{_plausible(kind)}",
    ]


def _plausible(kind: str) -> str:
    return {
        "bool": "是", "int": "3", "float": "1200", "pct": "60%", "date": "2026-03-05", "dates": "2026-03-05、2026-06-05",
        "enum": "已组建", "set": "宣传栏", "phone": "62345678", "score": "90",
    }.get(kind, "无")  # fmt: skip


def plant(raw: Path, canaries: Canaries, month: Month = MONTH) -> None:
    """Write a month of returns and forms into ``raw``: a canary in every column in several ways, and in every other place."""
    folder = raw / str(month)
    folder.mkdir(parents=True)
    fields = [field for field in standard.on(month.end).return_fields.values() if not field.computed]
    shown = ("committee_name", "neighbourhood_committee", "street_name", "report_month", "neighbourhood_code")
    fields = [field for field in fields if field.id not in shown]
    headings = ["从未有过的表头" if field.id == "reception_days" else field.label for field in fields]
    for street, way in zip(places.on(month.end).streets, ways(canaries), strict=False):
        book = Workbook()
        sheet = book.active
        sheet.title = f"月报{canaries.name()}"
        sheet.append([f"{street.name}{month.label}月报（{canaries.name()}填）"])
        sheet.append([f"填报单位：{street.name}", f"填报人：{canaries.name()}{canaries.phone()}"])
        sheet.append(
            [
                "序号",
                "业委会名称",
                "所属居委会",
                *headings,
                f"{canaries.name()}的备注",
            ]
        )
        homes = [home.name for home in street.neighbourhoods]
        for number in range(ROWS):
            cells = [
                way(field.type) if position % ROWS == number else None
                for position, field in enumerate(fields)
            ]
            sheet.append(
                [number + 1, f"示例{number}苑业委会", homes[number % len(homes)], *cells, canaries.phone()]
            )
        sheet.append([f"备注：请联系{canaries.name()}{canaries.phone()}"])
        sheet.append(
            [f"填报人：{canaries.name()}", f"审核：{canaries.name()}", f"日期：{month.next.label}2日"]
        )
        sheet["D4"].comment = Comment(f"{canaries.name()} {canaries.phone()}", canaries.name())
        other = book.create_sheet(f"{canaries.name()}通讯录")
        other.append(["姓名", "电话", "住址"])
        other.append([canaries.name(), canaries.phone(), canaries.address()])
        book.properties.creator = canaries.name()
        book.save(folder / f"{street.name}{month.number}月月报{canaries.name()}{canaries.phone()}.xlsx")
    street = places.on(month.end).streets[0]
    (folder / f"{canaries.name()}{canaries.phone()}.pdf").write_bytes(b"%PDF-1.4")
    own = folder / f"{canaries.name()}的文件夹"
    own.mkdir()
    book = Workbook()
    book.active.append([canaries.name(), canaries.phone()])
    book.save(own / "名单.xlsx")
    private = ("office_address", "chair_name", "contact", "party_org_head")
    for position, draw in enumerate((draw_workbook, draw_document)):
        values = GOOD | {
            "recommending_street": street.name,
            "filing_date": dt.date(2026, 10, 20),
            "committee_name": f"示例{position}苑业委会",
            "neighbourhood_committee": street.neighbourhoods[position].name,
            "member_count": f"7（{canaries.name()}等）",
            "committee_brief": f"主任{canaries.name()}，电话{canaries.phone()}。" * 20,
            "practices_and_results": f"由{canaries.name()}牵头。",
            "seal_street": f"已盖章 {canaries.name()} 2026年11月12日",
        }
        values |= {name: f"{canaries.name()} {canaries.phone()}" for name in private}
        ending = ("xlsx", "docx")[position]
        (folder / f"{street.name}推荐表{canaries.name()}.{ending}").write_bytes(
            draw("recommendation", [values], month)
        )
    addresses = {one.name: f"{canaries.phone()}@example.org" for one in places.on(month.end).streets}
    listed = "".join(f"  {name}: {address}\n" for name, address in addresses.items())
    (raw / "settings.yml").write_text(
        f"sender: {canaries.phone()}@example.org\naddresses:\n{listed}", encoding="utf-8"
    )
    (raw / "mappings.yml").write_text(
        f"全区:\n  headings:\n    从未有过的表头: {{means: reception_days, confirmed_on: 2026-11-03, confirmed_by: {canaries.name()}}}\n",
        encoding="utf-8",
    )


def texts(content: bytes) -> Iterator[bytes]:
    """What the bytes of a file say, however it is written: as they are, as text of HTML and JSON, packed, in arrays."""
    yield content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from texts(archive.read(name))
        return
    text = content.decode("utf-8", "ignore")
    plain = html.unescape(text)
    yield plain.encode()
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), plain).encode(
        "utf-8", "ignore"
    )
    yield re.sub(r"<[^>]*>", "", plain).encode()
    for packed in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", re.sub(r"\\u002[bB]", "+", text)):
        if len(packed) % 4 == 0 and len(packed) < 10**6:
            yield base64.b64decode(packed)


def leaks(folder: Path, canaries: Canaries) -> list[str]:
    """``file: canary`` for every canary that the files of a folder hold, their names included."""
    found = set()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        for content in (name.encode(), *(texts(path.read_bytes()) if path.is_file() else ())):
            found |= {f"{name}: {hit}" for hit in hits(content, canaries)}
    return sorted(found)


def hits(content: bytes, canaries: Canaries) -> set[str]:
    """The canaries in some bytes: letters, figures, or numbers of an array."""
    names, numbers = set(canaries.names), set(canaries.numbers)
    text = content.decode("utf-8", "ignore")
    runs = re.findall(f"[{RARE}]{{3,}}", text)
    found = {run[at : at + 3] for run in runs for at in range(len(run) - 2)} & names
    found |= {*_COMMON.findall(text)} & names
    found |= {number for run in re.findall(r"\d{11,}", text) for number in numbers if number in run}
    wanted = np.array([float(number) for number in numbers])
    for offset in range(8):
        whole = content[offset : offset + (len(content) - offset) // 8 * 8]
        for kind in ("<f8", "<i8"):
            found |= {
                f"{value:.0f}" for value in np.intersect1d(np.frombuffer(whole, kind).astype(float), wanted)
            }
    return found
