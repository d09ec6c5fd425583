"""What goes back to the streets: ``5_letters/<month>/<street>/<street>-退回核对.xlsx`` and ``.txt``, the receipt, and a mail with all of it;
and what the district alone has of them, to decide on and to ask again."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from redstats import incoming, places, sendback, settings, signing, soft_checks, submissions, tables
from redstats.errors import RunError, StandardError
from redstats.months import Month, chinese
from redstats.places import Street
from redstats.project import Project
from redstats.sendback import decisions
from redstats.submissions import reminders
from redstats.workbooks.writing import save

# of what the district decides, below the folder of the month's letters
DECISIONS = {course: f"{decisions.FOLDER}/{name}.xlsx" for course, name in decisions.NAMES.items()}
SOFT_CHECKS = soft_checks.FILE

PARTS = "居委会"  # a folder below that of a street


@dataclass(frozen=True, slots=True)
class SentBack:
    """One street's send-back as the last run made it; ``is_current``: its month's folder is what that run read."""

    street: Street
    message: str
    workbook: Path
    text: Path
    is_current: bool


def write(project: Project, month: Month, streets: Collection[Street], folder: Path) -> dict[str, str]:
    """Make the send-backs of ``streets`` anew in ``folder``, that of the month's letters; returns the errors by file.

    A street that sent nothing to send back, or whose send-back fails, has none: an old one would mislead.
    """
    failed: dict[str, str] = {}
    if not (project.raw / str(month)).is_dir():  # the returns were archived; what was made of them stays
        return failed
    for street in streets:
        for name in (*files_of(street), receipt_of(street)):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(
            folder / street.name / PARTS, ignore_errors=True
        )  # made on request, of what was sent back before
    _write_decisions(project, month, folder)
    failed |= _write_soft_checks(project, month, folder)
    results = sendback.make(project, month, streets)
    marks = {result.street.code: result.marks for result in results}
    receipts = sendback.Receipts(project, month)
    for street in streets:
        receipt = receipts.of(street, marks.get(street.code))
        if receipt:
            (folder / receipt_of(street)).parent.mkdir(parents=True, exist_ok=True)
            (folder / receipt_of(street)).write_text(receipt, encoding="utf-8-sig")
    for result in results:
        workbook, text = (folder / name for name in files_of(result.street))
        if result.error:
            failed[files_of(result.street)[0]] = result.error
            continue
        workbook.parent.mkdir(parents=True, exist_ok=True)
        workbook.write_bytes(result.content)
        # Notepad takes a text without its mark for GBK
        text.write_text(result.message + "\n", encoding="utf-8-sig")
    return failed


def _write_decisions(project: Project, month: Month, folder: Path) -> None:
    """The sheets by which the district decides on what was explained and objected to; none where nothing was."""
    until = sendback.objections_until(project, month)
    for course, name in DECISIONS.items():
        sheet, rows = folder / name, sendback.to_decide(project, month, course)
        sheet.unlink(missing_ok=True)
        if rows:
            sheet.parent.mkdir(parents=True, exist_ok=True)
            sheet.write_bytes(decisions.workbook(rows, month, course, until))


def write_parts(
    project: Project, month: Month, streets: Collection[Street]
) -> tuple[list[Path], dict[str, str]]:
    """Make the send-backs of each neighbourhood of ``streets``, for who holds the month's lock: the files, and errors by file."""
    written: list[Path] = []
    failed = {}
    for street in streets:
        shutil.rmtree(project.letters(month, street.name) / PARTS, ignore_errors=True)
    for made in sendback.make_parts(project, month, streets):
        workbook = project.letters(month, made.street.name) / PARTS / sendback.part_name(made)
        if made.error:
            failed[f"{made.street.name}/{workbook.name}"] = made.error
            continue
        written += [
            save(workbook, made.content),
            save(workbook.with_suffix(".txt"), f"{made.message}\n".encode("utf-8-sig")),
        ]
    return written, failed


def write_previews(project: Project, month: Month, streets: Collection[Street]) -> list[Path]:
    """Make the previews of ``streets`` with a mail each, for who holds the month's lock; of a street of which nothing was read none.

    RunError where the month was not made.
    """
    previews = sendback.Previews(project, month, signing.status(project, month).text)
    mails, written = Mails(project, month), []
    for street in streets:
        content = previews.of(street)
        if not content:
            continue
        folder = project.letters(month, street.name)
        path = save(folder / sendback.preview_name(street), content)
        mails.write_preview(street, folder, path, previews.until)
        written.append(path)
    return written


def _write_soft_checks(project: Project, month: Month, folder: Path) -> dict[str, str]:
    """The list of what the district may want to ask again; the error by file where it fails, for nothing hangs on it."""
    sheet = folder / SOFT_CHECKS
    sheet.unlink(missing_ok=True)
    sheet.parent.mkdir(parents=True, exist_ok=True)
    try:
        sheet.write_bytes(soft_checks.workbook(soft_checks.examine(project, month), month))
    except Exception as error:  # what goes to the streets must not wait for it; the run says so and fails
        return {SOFT_CHECKS: f"请复核清单没有做成（{type(error).__name__}：{error}）"}
    return {}


class Mails:
    """The mails of a month: to whom each goes; StandardError where an address is given for a street that there is none of."""

    def __init__(self, project: Project, month: Month) -> None:
        limits, roll = settings.on(project, month.end), places.on(month.end)
        self._month, self._sender, self._addresses = month, limits.sender, {}
        for name, address in limits.addresses.items():
            try:
                street = roll.street(name)
            except RunError as error:
                raise StandardError(
                    f"没有街镇“{name}”", where=f"{settings.FILE}，addresses", to_do=error.to_do
                ) from error
            self._addresses[street.code] = [address] if isinstance(address, str) else address
        files, notes = (tables.read(project, name, month) for name in (tables.FILES, tables.NOTES))
        due = submissions.deadline(month, limits)
        self._reminders = {
            submission.street_code: reminders.letter(submission, month, due)
            for submission in submissions.board(files, month, roll, limits, notes)
        }

    def write(self, street: Street, folder: Path, parts: Collection[Path]) -> None:
        """Put the mail to a street into ``folder``, that of the month's letters, with those of the ``parts`` that are there.

        It says what the send-back says, else what a reminder would, else what the receipt does.
        """
        there = [path for path in parts if path.is_file()]
        texts = {path: path.read_text(encoding="utf-8-sig") for path in there if path.suffix == ".txt"}
        message = folder / files_of(street)[1]  # it is the mail itself and not with it
        body = texts.get(message) or self._reminders.get(street.code) or "".join(texts.values())
        subject = f"{street.name}{self._month.label}红色业委会月报"
        attached = [(path.name, path.read_bytes()) for path in there if path != message]
        subject += f"：{'退回核对与回执' if message in texts else '报送提醒'}"
        self._write(folder / mail_of(street, self._month), street, subject, body, attached)

    def write_preview(self, street: Street, folder: Path, path: Path, until: dt.date | None) -> None:
        """Put the mail with a preview into the ``folder`` of a street."""
        by_when = f"，并在{chinese(until)}以前发回" if until else ""
        subject = f"{street.name}{self._month.label}红色业委会送阅"
        body = f"{subject}，见附件。有异议的，请写在“异议单”里{by_when}；没有异议的，不必回复。"
        name = sendback.mail_name(street, self._month, "送阅邮件")
        self._write(folder / name, street, subject, body, [(path.name, path.read_bytes())])

    def _write(
        self, target: Path, street: Street, subject: str, body: str, attached: list[tuple[str, bytes]]
    ) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        addresses = self._addresses.get(street.code, ())
        target.write_bytes(sendback.mail(subject, body, addresses, self._sender, attached))


def told(project: Project, month: Month, street: Street | None = None) -> list[SentBack]:
    """The send-backs that the last run made; RunError where there are none."""
    wanted = [street] if street else places.on(month.end).streets
    is_current = _is_current(project, month)
    sent_back = []
    for addressee in wanted:
        workbook, text = (project.letters(month) / name for name in files_of(addressee))
        if workbook.is_file() and text.is_file():
            sent_back.append(
                SentBack(addressee, text.read_text(encoding="utf-8-sig").strip(), workbook, text, is_current)
            )
    if not sent_back:
        whom = f"{street.name}的" if street else ""
        raise RunError(
            f"{month} 没有{whom}退回工作簿",
            where=f"data/processed/5_letters/{month}",
            to_do=f"请先运行 redstats run {month}；没有报送、或报表没能读取的街镇没有退回工作簿",
        )
    return sent_back


def files_of(street: Street) -> tuple[str, str]:
    """Workbook and text of a street, below the folder of the month's letters."""
    return f"{street.name}/{sendback.file_name(street)}", f"{street.name}/{sendback.text_name(street)}"


def receipt_of(street: Street) -> str:
    """The receipt of a street, below the folder of the month's letters."""
    return f"{street.name}/{sendback.receipt_name(street)}"


def mail_of(street: Street, month: Month) -> str:
    """The mail to a street, below the folder of the month's letters."""
    return f"{street.name}/{sendback.mail_name(street, month)}"


def _is_current(project: Project, month: Month) -> bool:
    """Whether the month's folder holds what the last run read."""
    raw = project.raw / str(month)
    if not raw.is_dir():  # archived since, which changes nothing
        return True
    try:
        read = json.loads((project.dashboards(month) / "run.json").read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError):
        return False
    return sorted(read.values()) == sorted(file.digest() for file in incoming.files(raw) if not file.skipped)
