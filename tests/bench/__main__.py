"""All benches, one after the other: ``python -m tests.bench [--short]``; exits 1 where one misses what it must hold."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(options: list[str]) -> int:
    """Run each, and name those that failed."""
    failed = []
    for bench in sorted(FOLDER.glob("[!_]*.py")):
        print(f"== {bench.name}", flush=True)
        if subprocess.run([sys.executable, str(bench), *options]).returncode:
            failed.append(bench.name)
    print(f"failed: {', '.join(failed)}" if failed else "all hold what they must")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
