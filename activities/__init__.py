"""The effects: what touches the world, each piece thin and safe to repeat.

Rules and meaning live in `domain`; the order of things lives in `workflows`.
"""
