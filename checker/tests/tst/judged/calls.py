print(max(int(input()), int(input())))
