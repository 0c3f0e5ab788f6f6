"""One program files case after case, and what it leaves behind is counted."""
