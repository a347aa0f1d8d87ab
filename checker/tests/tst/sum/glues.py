print(input() + input())
