"""The one door to anything remote: what may be opened, how it is asked for, and what is kept of it."""
