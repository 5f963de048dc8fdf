"""The one door of every change: kinds of records, checks, storing, and the routes that write."""
