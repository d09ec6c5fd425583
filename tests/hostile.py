"""Stand-ins for the making of a send-back, run in the child process: one street's workbook never comes to an end."""

from __future__ import annotations

import os
import time

from redstats.sendback.workbook import attempt

BAD = "310105102"  # 新泾镇


def endless(month, street, *arguments):
    if street.code == BAD:
        time.sleep(600)
    return attempt(month, street, *arguments)


def greedy(month, street, *arguments):
    if street.code == BAD:
        bytearray(1 << 40)
    return attempt(month, street, *arguments)


def aborting(month, street, *arguments):
    if street.code == BAD:
        os.abort()
    return attempt(month, street, *arguments)
