"""python -m chatbot.uploads: works on orders until none is left; started by the service, which says how on stdin.

Imports nothing at its top: files are read in children of this process, and those would import it too.
"""

import sys


def main() -> None:
    """Read settings, one line of JSON, and work; end at once when stdin does, for then the service is gone."""
    import json
    import os
    import threading

    from chatbot.logs import configure_logs
    from chatbot.settings import Settings
    from chatbot.uploads.worker import work

    os.nice(10)  # a tenth of a busy core; with 19 it would be a hundredth, and a job would never end
    told = json.loads(sys.stdin.buffer.readline() or b"null")
    if told is None:
        return

    def watch() -> None:
        while os.read(0, 1024):  # not sys.stdin, which Python cannot close while a thread reads it
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch").start()
    settings = Settings(**told, _env_file=None)
    configure_logs(settings)
    work(settings)
    sys.stderr.flush()
    # Whoever finds the lock free starts another process; this one must not take its time to end.
    os._exit(0)


if __name__ == "__main__":
    main()
