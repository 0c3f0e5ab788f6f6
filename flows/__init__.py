"""The manual as scripts: one module per business type, in the manual's order and words."""
