"""The ordered log of the ledger: decided once, appended in Redis, committed to SQL, followed and recovered."""
