"""The site: what comes in, what is answered, and how it is configured."""
