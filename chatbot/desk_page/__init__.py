"""The staff desk at /admin, as static files: what was asked, what waits, documents, curated answers, the audit log."""
