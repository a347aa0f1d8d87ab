prices = {"tea": 2, "bread": 3}
print(sum(prices.get(name, 0) for name in input().split()))
