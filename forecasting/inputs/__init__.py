"""What experts read: columns of every series and period, and lessons from the past."""
