roses = "red"
