"""Queries of communities that join or compute, by subject."""

from communities.queries.boundaries import (
    BoundaryFate,
    BoundaryImport,
    Fate,
    boundary_index,
    display_outlines,
    plan_boundary_import,
)

__all__ = ["BoundaryFate", "BoundaryImport", "Fate", "boundary_index", "display_outlines", "plan_boundary_import"]
