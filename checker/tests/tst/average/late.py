a, b = float(input()), float(input())
print("The")
print(f"average: {(a + b) / 2}")
