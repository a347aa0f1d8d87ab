"""@en LAB PORT: answers each line of its client with the same line."""
"""@pt-BR LAB PORTA: responde cada linha do seu cliente com a mesma linha."""

import sys


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9090
    raise NotImplementedError(f"@en listen on port {port}")
    raise NotImplementedError(f"@pt-BR escutar na porta {port}")


main()
