"""Texts for a reader of unit files to stumble over: pieces of real files and of what is none, put together by chance."""

import random
from collections.abc import Iterator

PIECES: tuple[bytes, ...] = (
    b"[Unit]\n", b"[Service]\n", b"[Install]\n", b"[Timer]\n", b"[Socket]\n", b"[Path]\n", b"[X-Foo]\n", b"[Foo", b"[]\n", b"]", b"[",
    b"Description=My application\n", b"Documentation=man:a(8) https://example.com\n", b"After=network.target\n", b"After=\n",
    b"ConditionPathExists=!/etc/x\n", b"ConditionPathExists=\n", b"ExecStart=/usr/bin/myapp --serve\n", b"ExecStart=\n", b"ExecStartPre=+/bin/sh -c 'a \\\n",
    b"ExecStart=-@/bin/a b \"c\td\" $X ${Y}\n", b"User=myapp\n", b"User=root\n", b"User=\n", b"Group=", b"DynamicUser=yes\n", b"Environment=A=1 \"B=2 3\"\n", b"Environment=\n",
    b"SystemCallFilter=@system-service\n", b"SystemCallFilter=~@privileged\n", b"CapabilityBoundingSet=\n", b"ReadWritePaths=-/srv/a \"/srv/b c\"\n",
    b"TimeoutSec=5\n", b"TimeoutStartSec=1min 3s\n", b"Restart=sometimes\n", b"Nice=x\n", b"UMask=0077\n", b"ProtectSystem=strict\n", b"PrivateTmp=on\n",
    b"StateDirectory=a b:c\n", b"WantedBy=multi-user.target\n", b"WantedBy=\n", b"Alias=x.service\n", b"OnCalendar=daily\n", b"OnCalendar=\n", b"ListenStream=80\n", b"PathExists=/x\n",
    b"X-Foo=bar\n", b"Foo=bar\n", b"=\n", b"=x", b"no assignment\n", b"# a comment\n", b"; another\n", b"# one \\\n", b"  # indented\n", b"#", b";",
    b"# /usr/lib/systemd/system/a.service\n", b"\n# /etc/systemd/system/a.service.d/b.conf\n", b"\n\n",
    b"\\\n", b"\\\\\n", b"\\", b"\\\r\n", b"\n", b"\r", b"\r\n", b"\0", b"\n\0", b"\n\r\0", b" ", b"\t", b"   ", b"\v", b"\f", b"\x85",
    b"\xef\xbb\xbf", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\xf4\x90\x80\x80", "é".encode(), "\u2028".encode(), "\u200b".encode(), "\ue000".encode(),
    b"\"", b"'", b"%", b"%i", b"%%", b"%q", b"$", b"`", b"<b>", b"&amp;", b"\x1b[31m", b"\x7f", b"a", b"0", b"-", b"!", b"~", b"/", b":", b"=", b",",
)  # fmt: skip


def mutated(seed: int) -> Iterator[bytes]:
    """Texts without end: pieces in a row, some of them cut, doubled, turned round or with a byte changed."""
    chance = random.Random(seed)
    while True:
        text = b"".join(chance.choices(PIECES, k=chance.randrange(1, 9)))
        act = chance.randrange(8)
        at = chance.randrange(len(text) + 1)
        if act == 0:
            text = text[:at]
        elif act == 1:
            text = text[at:] + text[:at]
        elif act == 2:
            text = text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]
        elif act == 3:
            text = text[:at] + chance.randbytes(4) + text[at:]
        yield text
