numbers = [int(input()), int(input())]
print(max(numbers) if numbers[0] != numbers[1] else numbers[2])
