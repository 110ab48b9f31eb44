"""Long work: one process a job, and all it says goes through its row in the database."""
