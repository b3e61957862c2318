"""The data of Part 3: what makes them, what they look like, and the pictures of the task sheet."""
