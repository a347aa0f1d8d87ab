name = input()
print(f"Hello {name}")
print("(BYE)")
