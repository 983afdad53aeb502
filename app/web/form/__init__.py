"""The one door: parameters and texts that come in, judged by one form."""
