"""What runs around a function call: job, digest of code, run lock."""
