"""Limits: how much one request may ask for, so that no request keeps the site from answering others.

A worker answers one request at a time. With these limits every answer takes at most one second of its processor time and
at most 2 MB, whatever a link, a form or an upload contains (measured by tests/bench/attack.py).
"""

MAX_LINK_BYTES = 8_000
"""Bytes of a link as sent, path and query. Proxies and web servers usually refuse request lines longer than 8 KiB."""

MAX_BODY_BYTES = 64 * 1024
"""Bytes of a posted form. A form takes some milliseconds per kilobyte to check, and the longest real unit has 20 KiB."""

MAX_UPLOAD_BYTES = 2 * 1024 * 1024
"""Bytes of a body that brings unit files: the output of `systemctl cat` for one unit with its drop-ins is far shorter."""

MAX_INSTANCES = 10
"""Instances of a template that one preparation is for. The script must stay short enough to be read before it runs."""

MAX_UNIT_DIRECTORIES = 200
"""Managed and own directories of one unit, counted for each instance. The scripts check each directory on its own, and the
page explains each."""

MAX_CHECKED_PATHS = 100
"""Paths in ReadWritePaths= of one service that the preparation looks at, each with two commands."""

MAX_CHECKED_GROUPS = 100
"""Groups in SupplementaryGroups= of one service that the preparation looks for, each with two commands."""

MAX_PRESERVED_CHARACTERS = 2 * MAX_BODY_BYTES
"""Characters of the lines without a field that an import preserves. The page shows each line several times."""

MAX_LISTED_CHARACTERS = 500_000
"""Characters of the lines that an import lists for programs, with what is said about each."""

MAX_SERVICES = 50
"""Services on one server, each instance counted. Every service is compared with all others."""

MAX_SERVER_DIRECTORIES = 400
"""Managed and own directories of all services on one server, instances counted. Every service has a cell for each."""

MAX_PARENT_CHARACTERS, MAX_SERVER_PARENT_CHARACTERS = 100_000, 200_000
"""Characters of the paths of all directories above those of one unit, and of all services on one server, instances counted.
The scripts check each of them by its whole path, so that a single path of 4,095 bytes would make a script of 4 MB."""

MAX_MATRIX_CELLS = 2_000
"""Cells of the access matrix up to which it is complete. Beyond, only the cells that grant access are listed."""

MAX_MATRIX_CHARACTERS = 600_000
"""Characters of the listed cells of the access matrix. Paths may be long, and each cell explains itself with its path."""
