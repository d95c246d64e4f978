"""The pages: server-drawn, for people with a browser. They record and read as the API does."""
