"""daytime PORT: tells everybody who asks what time it is, over TCP and over UDP."""

import datetime
import sys


def moment():
    """The date and the time now, as one line: 2026-11-20 15:06:41.123456."""
    return datetime.datetime.now().isoformat(sep=" ", timespec="microseconds") + "\n"


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 1313
    raise NotImplementedError(f"tell whoever connects to port {port} what time it is")


main()
