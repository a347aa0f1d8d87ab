print("red ROSES")
