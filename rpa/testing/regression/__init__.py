"""The promises of the portal's manual, checked on a portal: ``pytest --pyargs rpa.testing.regression --portal P``.

A test is one promise, names its row of the manual, and speaks of the pages in the words of the packs alone: it uses the
engine, not the flows, so that it does not repeat their mistakes. Nothing is filed without ``--allow-filing``; drafts are
deleted again. What leads to a promise is a fixture: where the way is blocked a test ends in an error, and only the test of
the promise that blocks it fails.
"""
