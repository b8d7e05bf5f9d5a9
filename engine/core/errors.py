"""The base of what the core refuses."""


class CoreError(Exception):
    """Something given to the core means nothing there; what was found and expected are fields of each error."""
