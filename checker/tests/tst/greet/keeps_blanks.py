print(f"Olá, {input()}!")
print("Até já.")
