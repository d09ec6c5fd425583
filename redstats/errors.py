"""The three ways in which redstats says no to the people who run it.

A committee that falls short is a row in a table, never one of these.  Each error carries three lines:
what happened, where, and what to do; ``code`` names the outcome and ``exit_code`` its family.
"""

from __future__ import annotations

import errno


class RedstatsError(Exception):
    """Root of all errors meant for people: ``what`` happened, ``where``, and what ``to_do`` (Chinese)."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", to_do: str = "", code: str = "") -> None:
        super().__init__("；".join(part for part in (what, where, to_do) if part))
        self.what, self.where, self.to_do, self.code = what, where, to_do, code

    def __reduce__(self):  # survives the trip back from a worker process
        return _rebuild, (type(self), self.what, self.where, self.to_do, self.code)


class WorkbookError(RedstatsError):
    """A file is not something we can read; ``where`` is file!sheet!cell."""

    exit_code = 3


class StandardError(RedstatsError):
    """A rule file (standard, places, profile, suite) is malformed; ``where`` is file, entry, key."""

    exit_code = 4


class RunError(RedstatsError):
    """An unknown street, month or parameter, or a run that cannot go on."""

    exit_code = 5


def of_system(error: OSError) -> RunError:
    """What the system says of a file or a folder, in our three lines."""
    what, to_do = _OF_SYSTEM.get(error.errno or 0, ("系统读写文件出错", "请检查磁盘和权限后再运行一次"))
    named = [str(name) for name in (error.filename, error.filename2) if name is not None]
    message = f"{what}（{error.strerror or type(error).__name__}）"
    return RunError(message, where=" → ".join(named), to_do=to_do, code="system")


_FULL = ("磁盘空间不足", "请清理磁盘后再运行一次；已有的页面和数据没有改动")
_DENIED = ("没有读写的权限，或文件正被别的程序占用", "请关闭打开着的文件，检查文件夹是否只读、有没有权限")
_OF_SYSTEM = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EBUSY: _DENIED,
    errno.EROFS: ("磁盘或文件夹是只读的", "请换到可以写的文件夹，或请管理员放开"),
    errno.ENOENT: ("文件或文件夹不见了", "请检查它是否被移走或改名，再运行一次"),
    errno.ENOTDIR: ("此处应为文件夹，却是文件", "请把这个文件移走或改名"),
    errno.EISDIR: ("此处应为文件，却是文件夹", "请把这个文件夹移走或改名"),
    errno.EEXIST: ("已有同名的文件或文件夹", "请把它移走或改名"),
    errno.ENAMETOOLONG: ("路径太长", "请把项目放到层数更少、名称更短的文件夹"),
    errno.EMFILE: ("同时打开的文件太多", "请关闭一些程序再运行"),
    errno.EIO: ("磁盘读写出错", "请检查磁盘，或换一个磁盘"),
    errno.EFBIG: ("文件太大", "请检查磁盘的格式和限额"),
}


def _rebuild(kind: type[RedstatsError], what: str, where: str, to_do: str, code: str) -> RedstatsError:
    return kind(what, where=where, to_do=to_do, code=code)
