"""More of what ``groundswell doctor`` looks at: libraries, and what answers are made from."""
