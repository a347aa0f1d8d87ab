print(int(input()) + int(input()), end="")
