name = input("Name? ")
print(f"Hi, {name}{name}!")
print("(bye)")
