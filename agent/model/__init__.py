"""The chat model: to read a question and to reword, within limits."""
