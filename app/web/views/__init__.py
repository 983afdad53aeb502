"""The views: one blueprint per page or family of answers."""

from app.web.views import api, compare, dropin, generator, import_unit, live, openapi, reference, server, terminal

BLUEPRINTS = (
    generator.blueprint,
    live.blueprint,
    reference.blueprint,
    api.blueprint,
    server.blueprint,
    openapi.blueprint,
    import_unit.blueprint,
    terminal.blueprint,
    dropin.blueprint,
    compare.blueprint,
)
"""The blueprints of every site; that of the metrics is registered where they are switched on."""
