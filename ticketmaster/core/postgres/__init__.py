"""Django's Postgres backend, made safe for parameters that are sent beside the statement."""
