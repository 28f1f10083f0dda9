"""Plans to answers: which tools are asked, and what is said of what they find."""
