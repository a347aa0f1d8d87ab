a, b = float(input()), float(input())
print(f"average: {(a + b) / 2}")
