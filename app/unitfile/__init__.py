"""A unit file as it is written: model, rendering, links, parsing, preserved lines."""
