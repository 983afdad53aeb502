"""Hypothesis strategies of the kinds of value, a module for each corner of the catalogue."""
