"""The algorithms: values in, values out; no database, no screen."""
