print(f"OLÁ, {input().strip()}!")
print("ATÉ JÁ.")
