"""Who may call the API: tokens, what each may do, and for whom it acts."""
