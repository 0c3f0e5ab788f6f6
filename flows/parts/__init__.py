"""What several business types share: the sections of their pages, as input and as steps."""
