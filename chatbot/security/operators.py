"""Who uses the command line, for the audit log."""

import getpass


def operator() -> str:
    """The name of the operating system's user, where there is one."""
    try:
        return f"command line, {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user need not have a name
        return "command line"
