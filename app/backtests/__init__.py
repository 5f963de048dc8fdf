"""Back-tests of forecasts on files of coded events, and their reports."""
