a, b = float(input()), float(input())
print(f"Average: {(a + b) / 2:.2f}")
