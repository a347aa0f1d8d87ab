print(f"Ola, {input().strip()}!")
print("Ate ja.")
