import sys
sys.stdout.buffer.write(f"Olá, {input().strip()}!\r\nAté já.\r\n".encode())
