# A line that is longer than forty characters.
print("roses are red")
