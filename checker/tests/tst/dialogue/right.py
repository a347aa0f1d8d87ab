name = input("Name? ")
print(f"Hi, {name}!")
print("(bye)")
