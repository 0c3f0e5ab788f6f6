"""Kills the program at any moment, resumes it, and counts what the portal then holds."""
