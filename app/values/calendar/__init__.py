"""Calendar events: parsing, normal form, and the times at which they elapse."""
