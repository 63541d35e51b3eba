"""Run what the README says and compare: every ``$ command`` of its console blocks must print what follows it.

Long-running commands are started, waited for and stopped; ``make test`` is CI's own and only has to be a target.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PORT = "8765"
BLOCK = re.compile(r"```console\n(.*?)```", re.S)


def examples() -> list[tuple[str, str]]:
    """(command, output) pairs in the order of the README."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall((ROOT / "README.md").read_text("utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command.strip(), output.strip()))
    return found


def wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    """Poll the service until it is ready; fails if it ends before."""
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("README: make serve ended before it was ready")


def main() -> None:
    """Check every example; exits with 1 at the first that is not as written."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"REFORMQA_DATA_DIR": data, "PORT": PORT, "COLUMNS": "120"}
        environment["PATH"] = f"{ROOT / '.venv' / 'bin'}:{environment['PATH']}"
        service = subprocess.Popen(["make", "serve"], cwd=ROOT, env=environment, start_new_session=True)
        wait_until_ready(service)
        try:
            checked = 0
            for command, output in examples():
                words = shlex.split(command)
                if words[:2] == ["git", "clone"] or words[0] == "cd" or words == ["make", "serve"]:
                    continue
                if words[0] == "make":
                    subprocess.run(
                        ["make", "-n", *words[1:]], cwd=ROOT, env=environment, check=True, capture_output=True
                    )
                    continue
                shell = command.replace("8000", PORT)
                done = subprocess.run(shell, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True)
                if done.returncode or done.stdout.strip() != output:
                    sys.exit(f"README: $ {command}\nexpected:\n{output}\ngot:\n{done.stdout}{done.stderr}")
                checked += 1
        finally:
            os.killpg(service.pid, signal.SIGTERM)
            service.wait()
    print(f"README: make serve and {checked} commands print what it says")


if __name__ == "__main__":
    main()
