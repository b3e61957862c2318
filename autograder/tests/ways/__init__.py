"""Honest alternatives to the reference, as tables; `test_alternatives` asks them."""
