"""What a person sees, and what runs while they wait."""
