"""Why, in plain language: plan, tools, facts, text, proof."""
