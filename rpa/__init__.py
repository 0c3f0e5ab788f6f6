"""The engine of `ywtb`: pages, forms, cases and clocks. It knows nothing of APEC cards and nothing of the replica."""
