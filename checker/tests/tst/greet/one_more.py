print(f"Olá, {input().strip()}!")
print("Até já.")
print()
