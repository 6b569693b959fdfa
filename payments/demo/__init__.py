"""The demo's people, and the tickets that they bought."""
