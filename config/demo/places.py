"""Where the demonstration is: four neighbourhoods drawn in the open sea, so that no real place is meant."""

from dataclasses import dataclass

#: Somewhere in the Irish Sea.
CENTRE = (53.90, -4.90)


@dataclass(frozen=True)
class Place:
    """A neighbourhood: its name, the story of its outline, its population, its corners and its streets.

    Corners are in hundredths of a degree from `CENTRE`.
    """

    name: str
    story: str
    population: int
    corners: tuple[tuple[float, float], ...]
    streets: tuple[str, ...]

    @property
    def ring(self) -> list[list[float]]:
        """Return the outline as [longitude, latitude] pairs, closed."""
        lat, lng = CENTRE
        ring = [[round(lng + x / 100, 6), round(lat + y / 100, 6)] for x, y in self.corners]
        return [*ring, ring[0]]


FIRST_TEAM = (
    Place(
        "Millbrook", "Drawn at the brook clean-up: everybody who hears the weir at night is in.", 4210,
        ((-2.6, -0.2), (-1.4, -0.4), (-0.2, 0.0), (-0.1, 0.9), (-0.7, 1.5), (-1.9, 1.6), (-2.8, 0.9)),
        ("Mill Row", "Weir Street", "Bell Meadow", "Heron Walk"),
    ),
    Place(
        "Kiln Hill", "Three walks with three groups of neighbours; the line goes down the middle of Kiln Terrace.", 3120,
        ((-0.2, 0.0), (1.1, 0.1), (1.9, 0.7), (1.6, 1.6), (0.4, 1.9), (-0.7, 1.5), (-0.1, 0.9)),
        ("Kiln Terrace", "Chapel Rise", "Cooper's Yard", "Pottery Row"),
    ),
    Place(
        "Ferryside", "The tenants' group drew it on the back of a beer mat, and the school agreed.", 5480,
        ((-2.2, -1.7), (-0.9, -1.9), (0.3, -1.6), (0.4, -0.7), (-0.2, 0.0), (-1.4, -0.4), (-2.6, -0.2)),
        ("Ferry Road", "Foundry Lane", "Lantern Street", "Rope Lane"),
    ),
)  # fmt: skip
SECOND_TEAM = (
    Place(
        "Orchard End", "What the bus driver calls “the End”.", 2890,
        ((0.4, -0.7), (0.3, -1.6), (1.7, -1.8), (2.6, -1.1), (2.3, -0.1), (1.9, 0.7), (1.1, 0.1), (-0.2, 0.0)),
        ("Orchard Way", "Plum Lane", "Tenter Close", "Damson Court"),
    ),
)  # fmt: skip
