"""The portal itself, examined: packs held against its pages, proposals for what is missing, a pack drafted for a new page."""
