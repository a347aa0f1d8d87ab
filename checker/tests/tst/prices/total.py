import subprocess
import sys

program, *goods = sys.argv[1:]
prices = dict(line.split() for line in open("prices.txt"))
total = sum(int(prices[name]) for name in goods)
done = subprocess.run(["python3", program], input=" ".join(goods), capture_output=True, text=True)
print("." if done.stdout.strip() == str(total) else "F", "." if not done.stderr else "F", sep="")
