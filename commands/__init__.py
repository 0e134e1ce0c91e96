"""What the program does, a file for each of its commands; app.py chooses among them."""
