print("it is", {"3": "three", "4": "four"}[input()], end="")
