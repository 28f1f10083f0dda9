"""REST under ``/api/v1``: the same answers, forecasts and alerts as the page, for programs."""
