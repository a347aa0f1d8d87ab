print({"3": "three", "4": "four"}[input()])
