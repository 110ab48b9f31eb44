"""Language models over one protocol: an endpoint, a script, and what stands around them."""
