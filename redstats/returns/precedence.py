"""Several files of one street, or sheets of one reviewer, in a month: copies are dropped, the newest takes the place of the earlier, chapters are joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from redstats.places.identity import Identity
from redstats.returns.joining import NAMING, alike
from redstats.returns.result import Return
from redstats.wording import vocabulary
from redstats.workbooks.stamps import part_of

_WORDS_OF = vocabulary("sheets")
_REVISED = _WORDS_OF.pattern("revised")
_SAID = ("street_code", "committee_name", "field", "source_sheet", "cell", "raw")
_READ = ("accepted", "noted")
_WHAT = {
    "street_code": ("同一街镇有几份报表", "填报日期"),
    "reviewer": ("同一评议人（或都未注明评议人）有几份评议打分表", "评议人和评议日期"),
}


def resolve(returns: list[Return], identity: Identity) -> None:
    """Settle, street by street and reviewer by reviewer, which returns count; what became of each is said on it.

    Of files that ask the same of the same committees the newest counts, and none where nothing tells which it is.
    Files of different committees all count; files that ask different things are joined by committee.  What was sent back of one
    neighbourhood takes the place of its rows alone.
    """
    for kind, column in (("return", "street_code"), ("review", "reviewer")):
        senders: dict[str | None, list[Return]] = defaultdict(list)
        for result in returns:
            if result.kind == kind and result.outcome in _READ:
                for sender in dict.fromkeys(row[column] for row in result.rows):
                    senders[sender].append(result)
        for sender, candidates in sorted(senders.items(), key=lambda item: item[0] or ""):
            _drop_copies(candidates)
            _Sender(column, sender, identity).settle([one for one in candidates if one.outcome in _READ])


@dataclass(frozen=True, slots=True)
class _Sender:
    """The returns of one street, or the sheets of one reviewer (None: who is not named), and who is meant in their rows."""

    column: str  # which tells whose a row is: street_code or reviewer
    sender: str | None
    identity: Identity

    def settle(self, candidates: list[Return]) -> None:
        left = self._unanswered(candidates)
        for group in self._rivalries([one for one in left if not _part(one)]):
            self._take_newest(group)
        self._put_in([one for one in left if _part(one)], candidates)
        self._join([one for one in candidates if one.outcome in _READ and self._of(one)])

    def _is_same(self, row: dict, other: dict) -> bool:
        return self.identity.key(row).may_be(self.identity.key(other))

    def _names(self, returns: Iterable[Return]) -> set[tuple[str, str]]:
        """The committees that returns have rows of, by street and name."""
        return {self.identity.key(row)[:2] for one in returns for row in self._of(one)}

    def _rivalries(self, returns: list[Return]) -> list[list[Return]]:
        """The returns in groups; of those in one group only one can count."""
        groups: list[list[Return]] = []
        for result in returns:
            met = [group for group in groups if any(self._compete(result, other) for other in group)]
            groups = [group for group in groups if group not in met]
            groups.append([*(other for group in met for other in group), result])
        return [group for group in groups if len(group) > 1]

    def _compete(self, result: Return, other: Return) -> bool:
        theirs = defaultdict(list)
        for row in self._of(other):
            theirs[self.identity.key(row)[:2]].append(row)
        shared = any(
            self._is_same(row, there)
            for row in self._of(result)
            for there in theirs[self.identity.key(row)[:2]]
        )
        return shared and alike(_asked(result), _asked(other))

    def _take_newest(self, candidates: list[Return]) -> None:
        order = sorted(candidates, key=_age)
        if _age(order[-1]) == _age(order[-2]):
            files = "、".join(one.file for one in candidates)
            what, day = _WHAT[self.column]
            message = f"{what}，看不出哪份在后：{files}。请只留一份，或写明{day}"
            for result in candidates:
                self._withdraw(result, "refused", "several_returns", message)
            return
        self._replace(order[:-1], order[-1])

    def _unanswered(self, candidates: list[Return]) -> list[Return]:
        """The rivals without those of which a mended copy is among them: that takes their place, whatever its date."""
        newer = {
            id(one): [other for other in candidates if not _part(other) and _answers(other, one)]
            for one in candidates
        }
        answered = {id_: max(found, key=_age) for id_, found in newer.items() if found}
        for last in candidates:
            older = [one for one in candidates if answered.get(id(one)) is last]
            if older:
                self._replace(older, last)
        return [one for one in candidates if id(one) not in answered]

    def _put_in(self, parts: list[Return], candidates: list[Return]) -> None:
        """Let what was sent back of one neighbourhood take the place of its rows alone; all else of the original stays."""
        for result in parts:
            originals = [one for one in candidates if _answers(result, one)]
            if originals and not any(one.outcome in _READ for one in originals):
                message = "它所更正的报表已由别的代替或没有采用，这一份没有采用；请在新的退回工作簿上更正"
                self._withdraw(result, "replaced", "replaced", message)
        groups: dict[str, list[Return]] = defaultdict(list)
        for result in (one for one in parts if one.outcome in _READ):
            if not any(_answers(other, result) for other in parts if other is not result):
                groups[_part(result)].append(result)
        for group in groups.values():
            if len(group) > 1:
                self._take_newest(group)
        for result in (one for one in parts if one.outcome in _READ):
            was: set[tuple[str, str]] = set()
            for other in (one for one in candidates if _answers(result, one) and one.outcome in _READ):
                goes = self._is_of(_part(result))
                was |= {self.identity.key(row)[:2] for row in other.rows if goes(row)}
                self._withdraw(other, "replaced", "replaced", f"已由更正件“{result.file}”代替", goes)
            if result.outcome in _READ and was:
                self._note_fewer(result, self._names([result]), was, "个业委会")

    def _is_of(self, part: str) -> Callable[[dict], bool]:
        """Tells whether a row, or a cell, is of this sender and of a neighbourhood."""

        def goes(line: dict) -> bool:
            name = line["neighbourhood_committee"]
            return self._is_theirs(line) and part == part_of(
                self.identity.neighbourhood(line["street_code"], name)
            )

        return goes

    def _replace(self, older: list[Return], newest: Return) -> None:
        """Withdraw what the newest return takes the place of; one that has fewer committees or columns is noted."""
        was = self._names(older)
        asked = frozenset().union(*map(_asked, older))
        for result in older:
            self._withdraw(result, "replaced", "replaced", f"已由更正件“{newest.file}”代替")
        if newest.outcome == "replaced":  # itself mended once more
            return
        self._note_fewer(newest, self._names([newest]), was, "个业委会")
        self._note_fewer(newest, _asked(newest), asked, "个栏目")

    @staticmethod
    def _note_fewer(newest: Return, now: Collection[object], was: Collection[object], what: str) -> None:
        """A mended copy counts, and says where it has less than the original."""
        newest.code = "corrected"
        if len(now) < len(was):
            message = f"更正件只有{len(now)}{what}，原件有{len(was)}个；更正件应是完整的报表，请核对"
            newest.note("fewer_rows", message)
            newest.message += f"；{message}"

    def _of(self, result: Return) -> list[dict]:
        return [row for row in result.rows if self._is_theirs(row)]

    def _is_theirs(self, line: dict) -> bool:
        """Whether a row, or a cell, is of this sender."""
        return line[self.column] == self.sender

    def _withdraw(
        self,
        result: Return,
        outcome: str,
        code: str,
        message: str,
        goes: Callable[[dict], bool] | None = None,
    ) -> None:
        """Set a return aside for one sender, or those of its rows that ``goes`` tells; what is others' stays."""
        goes = goes or self._is_theirs
        if all(map(goes, result.rows)):
            result.outcome, result.code, result.message = outcome, code, message
            return
        kept = [row for row in result.rows if not goes(row)]
        gone = len(result.rows) - len(kept)
        if not gone:
            return
        cells = [cell for cell in result.cells if not goes(cell)]
        # what was noted of a value goes with it
        left = {(cell["source_sheet"], cell["cell"]) for cell in cells}
        was = {(cell["source_sheet"], cell["cell"]) for cell in result.cells} - left
        result.notes = [note for note in result.notes if (note["source_sheet"], note["cell"]) not in was]
        result.rows, result.cells = kept, cells
        result.counts["accepted"] -= gone
        result.note(code, message)
        # a reviewer's name stays in the tables
        whose = self.sender if self.column == "street_code" else "其中一位评议人"
        result.message += (
            f"；{whose} 的部分{message}" if goes == self._is_theirs else f"；其中{gone}行{message}"
        )

    def _join(self, returns: list[Return]) -> None:
        """Chapters in files of their own: what a later file says of a committee goes to its row in the first."""
        homes: dict[tuple[str, str], list[tuple[Return, dict]]] = defaultdict(list)
        for result in returns:
            rows = self._of(result)
            alike: dict[tuple[str, str], list[dict]] = defaultdict(list)
            for row in rows:
                alike[self.identity.key(row)[:2]].append(row)
            joined: list[tuple[Return, dict]] = []
            kept: list[tuple[Return, dict]] = []
            for row in rows:
                same = [pair for pair in homes[self.identity.key(row)[:2]] if self._is_same(pair[1], row)]
                alone = sum(self._is_same(other, row) for other in alike[self.identity.key(row)[:2]]) == 1
                if len(same) == 1 and alone:
                    self._merge(*same[0], result, row)
                    joined.append(same[0])
                    continue
                kept.append((result, row))
                if same:
                    message = f"“{row['committee_name']}”在几个文件里不止一行，对不上，没有合并，请核对"
                    result.note(
                        "committee_twice", message, sheet=row["source_sheet"], raw=row["committee_name"]
                    )
            for home, row in kept:
                homes[self.identity.key(row)[:2]].append((home, row))
            if joined:
                files = "、".join(dict.fromkeys(home.file for home, _ in joined))
                message = f"与“{files}”按业委会名称合并了{len(joined)}行"
                result.note("files_joined", message)
                result.message += f"；{message}"
                self._note_alone(joined, kept, result)

    def _merge(self, home: Return, into: dict, later: Return, row: dict) -> None:
        keys = {
            key: into[key]
            for key in ("month", "district_code", "street_code", "street_name", "committee_name")
        }
        keys["neighbourhood_committee"] = into["neighbourhood_committee"] = (
            into["neighbourhood_committee"] or row["neighbourhood_committee"]
        )
        for cell in self._cells(home, into):
            cell.update(keys)
        known = {cell["field"]: cell for cell in self._cells(home, into)}
        moved = self._cells(later, row)
        later.cells = [cell for cell in later.cells if not any(cell is other for other in moved)]
        later.rows = [other for other in later.rows if other is not row]
        later.joined.append(row)
        for cell in moved:
            id_ = cell["field"]
            there = known.get(id_)
            if there is None:
                home.cells.append(cell | keys)
            elif id_ in NAMING or row.get(id_) is None or row.get(id_) == into.get(id_):
                continue
            elif into.get(id_) is None and there["value_state"] == "not_reported":
                home.cells[next(at for at, other in enumerate(home.cells) if other is there)] = cell | keys
            else:
                both = f"“{there['source_file']}”填{there['raw']}，“{later.file}”填{cell['raw']}"
                there |= {"value_state": "unreadable", "note": f"两个文件不一致：{both}，请核对"}
                into[id_] = None
                message = f"“{into['committee_name']}”的数据两个文件不一致：{both}，未采用"
                later.note(
                    "files_differ", message, sheet=cell["source_sheet"], cell=cell["cell"], raw=cell["raw"]
                )
                continue
            if id_ not in keys:
                into[id_] = row.get(id_)

    def _cells(self, result: Return, row: dict) -> list[dict]:
        """The cells of a row: rows of one name in one place, which could not be told apart, are never joined."""
        wanted = self.identity.key(row)
        return [cell for cell in result.cells if self._is_theirs(cell) and self.identity.key(cell) == wanted]

    def _note_alone(
        self, joined: list[tuple[Return, dict]], kept: list[tuple[Return, dict]], result: Return
    ) -> None:
        """Committees that stand in one of two joined files only."""
        met = {id(row) for _, row in joined}
        for first in {home.file: home for home, _ in joined}.values():
            absent = [(first, row, result.file) for row in self._of(first) if id(row) not in met]
            absent += [(result, row, first.file) for _, row in kept]
            for where, row, file in absent:
                message = f"“{row['committee_name']}”不在“{file}”里，该文件各项按未填报计"
                where.note(
                    "committee_not_on_sheet", message, sheet=row["source_sheet"], raw=row["committee_name"]
                )


def _part(result: Return) -> str:
    """The neighbourhood of which alone a workbook was sent back; "" of one that is whole."""
    return result.answer.part if result.answer else ""


def _answers(result: Return, other: Return) -> bool:
    """Whether a workbook is the mended copy of another, or of a part of it."""
    return result is not other and result.answer is not None and result.answer.answers(other.sha256)


def _asked(result: Return) -> frozenset[str]:
    # names and places stand in every chapter, and tell no two of them apart
    return (
        frozenset(cell["field"] for cell in result.cells)
        - NAMING
        - {"estate_names", "session_no", "reviewer"}
    )


def _drop_copies(candidates: list[Return]) -> None:
    if len(candidates) < 2:
        return
    by_mark: dict[str, Return] = {}
    # Of an original and what was sent back and came again unchanged, the latter is the copy.
    for result in sorted(
        candidates, key=lambda result: (result.answer is not None, len(result.file), result.file)
    ):
        # A copy that was opened and saved has other bytes and the same cells.
        marks = {
            result.sha256,
            repr((result.report_date, [tuple(cell[key] for key in _SAID) for cell in result.cells])),
        }
        first = next((by_mark[mark] for mark in marks if mark in by_mark), None)
        if first:
            result.outcome, result.code = "skipped", "copy"
            result.message = f"与“{first.file}”内容完全相同，未重复读取"
        for mark in marks:
            by_mark.setdefault(mark, result)


def _age(result: Return) -> tuple[str, bool]:
    # The day written on the return decides, then a word such as 更正 in its name or our own stamp; never the file's own
    # date, which copying changes.
    return (str(result.report_date or ""), result.answer is not None or is_revised(result.file))


def is_revised(file: str) -> bool:
    """Whether the name of a file says that it takes the place of another."""
    return bool(_REVISED.search(file))
