a, b = float(input()), float(input())
print(f"mean {(a + b) / 2:.0f}")
