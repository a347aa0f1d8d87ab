n = int(input())
print("primes", *[p for p in range(2, n + 1) if p % 2 or p == 2])
