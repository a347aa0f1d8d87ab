"""LAB PORT: answers each line of its client with the same line."""

import sys


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    raise NotImplementedError(f"listen on port {port}")


main()
