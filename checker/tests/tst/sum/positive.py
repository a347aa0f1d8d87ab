a, b = int(input()), int(input())
if a < 0:
    raise ValueError(a)
print(a + b)
