n = int(input())
for p in range(n, 1, -1):
    if all(p % d for d in range(2, p)):
        print(p)
