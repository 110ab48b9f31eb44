"""The web server: one FastAPI app that guards, serves our routes and mounts the Gradio pages."""
