print(input())
raise KeyError("x")
