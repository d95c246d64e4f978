"""Letters as they are given out: one text, laid out as a page and as a tagged PDF."""
