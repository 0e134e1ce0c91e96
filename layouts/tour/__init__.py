"""What a tour of visitors shows: the script, the wall, the phones, and the numbers it speaks of."""
