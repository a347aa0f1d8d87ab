first, second = int(input()), int(input())
if first < second:
    first = second
print(first)
