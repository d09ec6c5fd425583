"""The mail to a street as a file (.eml) that any mail program opens as a draft; nothing is sent from here.

The same parts give the same bytes: there is no date and no number of a message, which the mail program adds on sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP

from redstats.months import Month
from redstats.places import Street

_SHEET = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {"xlsx": ("application", _SHEET), "txt": ("text", "plain"), "html": ("text", "html")}
_OTHER = ("application", "octet-stream")


def mail_name(street: Street, month: Month, what: str = "邮件") -> str:
    return f"{street.name}-{month}{what}.eml"


def mail(
    subject: str, body: str, to: Iterable[str], sender: str, attachments: Iterable[tuple[str, bytes]]
) -> bytes:
    """A message with ``attachments`` (name and content), as a draft; without an address ``To`` is empty."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens it to be sent, and not as one that came
    if sender:
        message["From"] = sender
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message.set_content(body, cte="base64")
    digest = hashlib.sha256("\n".join([subject, body]).encode())
    message.make_mixed()
    for name, content in attachments:
        main, sub = _KINDS.get(name.rpartition(".")[2], _OTHER)
        message.add_attachment(content, main, sub, cte="base64", filename=name)
        digest.update(hashlib.sha256(content).digest())
    # no line of base64 has such a sign; the library's own would be another one each time
    message.set_boundary(f"=_{digest.hexdigest()[:32]}")
    return message.as_bytes()
