"""What a person sees: one file a page.

Every page has the same inner shape. `build()` lays out and returns a handle dataclass, `refresh()`
says what its components show for an address, `wire()` attaches named handlers.
"""
