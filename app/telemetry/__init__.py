"""Telemetry: what operators see of the service: metrics, and a line in the log for each request."""
