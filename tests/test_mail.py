"""A mail a street, as a file that any mail program opens as a draft: its parts exact, its addresses those of the settings."""

from __future__ import annotations

import email
from email import policy

import pytest

from redstats import places, sendback, settings, tables
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import sendbacks
from redstats.runs.outputs import Outputs

MONTH = Month(2026, 10)
STREETS = places.on(MONTH.end).streets
FIRST, SECOND = STREETS[:2]
pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def project(sample_project, tmp_path) -> Project:
    """The sample's tables beside settings of its own."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "processed").symlink_to(sample_project.processed, target_is_directory=True)
    return Project(tmp_path)


def set_addresses(project: Project, text: str) -> None:
    (project.raw / settings.FILE).write_text(text, encoding="utf-8")


def parts_of(street, folder) -> dict[str, bytes]:
    """What a run would make for a street, with any bytes."""
    (folder / street.name).mkdir(parents=True)
    parts = {
        f"{street.name}-退回核对.xlsx": bytes(range(256)) * 40,
        f"{street.name}-退回核对.txt": "\ufeff请核实更正后发回。\n".encode(),
        f"{street.name}-回执.txt": "\ufeff回执\r\n第二行\n".encode(),
        f"{street.name}-读取报告.xlsx": b"PK\x00",
    }
    for name, content in parts.items():
        (folder / street.name / name).write_bytes(content)
    return parts


def written(project: Project, street, folder, parts) -> bytes:
    paths = [folder / street.name / name for name in parts]
    sendbacks.Mails(project, MONTH).write(street, folder, paths)
    return (folder / sendbacks.mail_of(street, MONTH)).read_bytes()


def parsed(content: bytes):
    return email.message_from_bytes(content, policy=policy.default)


def test_a_mail_is_read_back_as_what_it_was_made_of(project, tmp_path):
    set_addresses(
        project, f"sender: wuye@example.org\naddresses: {{{FIRST.name}: [a@example.org, b@example.org]}}\n"
    )
    parts = parts_of(FIRST, tmp_path / "letters")
    message = parsed(written(project, FIRST, tmp_path / "letters", parts))
    assert [one.addr_spec for one in message["To"].addresses] == ["a@example.org", "b@example.org"]
    assert message["From"].addresses[0].addr_spec == "wuye@example.org"
    assert message["Subject"] == f"{FIRST.name}{MONTH.label}红色业委会月报：退回核对与回执"
    assert message.get_body().get_content().strip() == "请核实更正后发回。"
    attached = {one.get_filename(): one.get_payload(decode=True) for one in message.iter_attachments()}
    assert attached == {name: content for name, content in parts.items() if "退回核对.txt" not in name}
    assert len(attached) == 3


def test_a_mail_is_a_draft_of_no_day_and_the_same_bytes_each_time(project, tmp_path):
    contents = []
    for number in "12":
        folder = tmp_path / number
        contents.append(written(project, FIRST, folder, parts_of(FIRST, folder)))
    message = parsed(contents[0])
    assert contents[0] == contents[1] and message["X-Unsent"] == "1"
    assert message["Date"] is None and message["Message-ID"] is None
    assert b"\n" not in contents[0].replace(b"\r\n", b"")
    assert all(byte < 128 for byte in contents[0]) and max(map(len, contents[0].splitlines())) < 999


def test_without_an_address_there_is_a_mail_to_nobody_yet(project, tmp_path):
    set_addresses(project, f"addresses: {{{FIRST.name}: a@example.org}}\n")
    content = written(project, SECOND, tmp_path / "letters", parts_of(SECOND, tmp_path / "letters"))
    message = parsed(content)
    assert message["To"] == "" and message["From"] is None and b"example.org" not in content


def test_addresses_may_be_given_by_day_and_by_a_streets_short_name(project, tmp_path):
    set_addresses(
        project,
        f"addresses:\n  2026-01-01: {{{FIRST.short}: old@example.org}}\n  2026-11-01: {{{FIRST.short}: new@example.org}}\n",
    )
    content = written(project, FIRST, tmp_path / "letters", parts_of(FIRST, tmp_path / "letters"))
    assert parsed(content)["To"].addresses[0].addr_spec == "old@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "addresses: {华阳路街道: 没有邮箱}\n",
        "addresses: {华阳路街道: 'a@example.org, b@example.org'}\n",
        'addresses: {华阳路街道: "a@example.org\\nBcc: c@example.org"}\n',
        "addresses: {不存在的街道: a@example.org}\n",
        "addresses: a@example.org\n",
        "sender: 5\n",
    ],
)
def test_a_wrong_address_is_told_with_file_and_key(project, text):
    set_addresses(project, text)
    with pytest.raises(StandardError) as refused:
        sendbacks.Mails(project, MONTH)
    assert refused.value.where.startswith(settings.FILE) and refused.value.to_do


def test_a_street_that_sent_nothing_gets_the_reminder(project, tmp_path, monkeypatch):
    read = tables.read

    def without(*given, **more):
        frame = read(*given, **more)
        return frame[frame["street_code"] != FIRST.code] if given[1] == tables.FILES else frame

    monkeypatch.setattr(tables, "read", without)
    message = parsed(written(project, FIRST, tmp_path / "letters", {}))
    assert "报送提醒" in message["Subject"] and "尚未收到" in message.get_body().get_content()
    assert list(message.iter_attachments()) == []


def test_what_a_run_makes_for_a_street_goes_with_its_mail_and_nothing_of_another(sample_project, tmp_path):
    mailed = Outputs.of(sample_project, MONTH, "").mailed(tmp_path)
    assert set(mailed) == set(STREETS)
    for street, paths in mailed.items():
        assert {path.name for path in paths} == {
            sendback.file_name(street),
            sendback.text_name(street),
            sendback.receipt_name(street),
            f"{street.name}-读取报告.xlsx",
        }
        assert {path.parent for path in paths} == {tmp_path / street.name}
