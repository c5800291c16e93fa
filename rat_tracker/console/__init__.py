"""The page in the browser, and its server; what is behind it is a ``Robot`` (contract.py)."""
