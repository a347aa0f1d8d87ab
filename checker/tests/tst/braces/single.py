a = input()
print("{" + a + "} {" + a + "} {word} /" + a + "/ \"" + a + "\" \\ # " + a)
