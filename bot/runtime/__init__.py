"""The floor: Redis, SQL, jobs, calendar, processes, observability."""
