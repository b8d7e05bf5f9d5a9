"""Where the parts are built and joined; the only place that picks a store."""

from engine.bootstrap.compiling import mapping_compiler, text_compiler
from engine.bootstrap.servers import EMBEDDED, Store, clear_replay, replay_server, running_or_own_server, store_server
from engine.bootstrap.site import Site
from engine.bootstrap.sites import Sites, site_at, sites_at

__all__ = [
    "EMBEDDED",
    "Site",
    "Sites",
    "Store",
    "clear_replay",
    "mapping_compiler",
    "replay_server",
    "running_or_own_server",
    "site_at",
    "sites_at",
    "store_server",
    "text_compiler",
]
