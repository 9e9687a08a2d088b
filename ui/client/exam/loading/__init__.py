"""How the exam's page comes, and what stands in its place or over it while it cannot be shown."""
