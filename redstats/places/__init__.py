"""The roll of streets and neighbourhoods, dated, and every identity: which street, neighbourhood, committee this is."""

from redstats.places.roll import FILE, Neighbourhood, Places, Street, on, read

__all__ = ["FILE", "Neighbourhood", "Places", "Street", "on", "read"]
