a, b = int(input()), int(input())
print("average:", (a + b) // 2)
