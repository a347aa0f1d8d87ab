"""kv PORT: keeps values under keys for several clients, and tells those who want to know what changes."""

import sys


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    raise NotImplementedError(f"serve clients on port {port}, each in a thread of its own")


main()
