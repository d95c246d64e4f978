"""Policy as dated data: its shape, what is in force on a day, and its faults."""
