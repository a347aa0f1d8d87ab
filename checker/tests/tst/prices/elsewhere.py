prices = dict(line.split() for line in open("data/prices.txt"))
print(sum(int(prices[name]) for name in input().split()))
