print("Hi, ana!")
input("Name? ")
print("bye")
