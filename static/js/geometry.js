/* Which outline holds a point, as communities.geometry has it: an edge counts as inside, and the smallest outline wins. */
(() => {
  "use strict";

  const parts = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : []);

  /* 1 inside, 0 on the edge, -1 outside a ring of [longitude, latitude]. */
  const side = (ring, x, y) => {
    let inside = false;
    for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
      const [x1, y1] = ring[last];
      const [x2, y2] = ring[at];
      const cross = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1);
      if (cross === 0 && Math.min(x1, x2) <= x && x <= Math.max(x1, x2) && Math.min(y1, y2) <= y && y <= Math.max(y1, y2)) {
        return 0;
      }
      if (y1 > y !== y2 > y && (y2 > y1 ? cross < 0 : cross > 0)) {
        inside = !inside;
      }
    }
    return inside ? 1 : -1;
  };

  const contains = (geometry, lat, lng) =>
    parts(geometry).some(([outer, ...holes]) => side(outer, lng, lat) >= 0 && holes.every((hole) => side(hole, lng, lat) <= 0));

  /* Square degrees, with longitudes as short as they are at that latitude: enough to tell the smaller of two. */
  const size = (geometry) =>
    parts(geometry).reduce((sum, rings) => {
      const areas = rings.map((ring) => {
        let twice = 0;
        for (let at = 0, last = ring.length - 1; at < ring.length; last = at, at += 1) {
          twice += ring[last][0] * ring[at][1] - ring[at][0] * ring[last][1];
        }
        return (Math.abs(twice) / 2) * Math.cos((ring[0][1] * Math.PI) / 180);
      });
      return sum + areas[0] - areas.slice(1).reduce((holes, area) => holes + area, 0);
    }, 0);

  /* Return the feature whose outline holds the point, the smallest when several do; null for none. */
  const locate = (features, lat, lng) => {
    const hits = features.filter(({ geometry }) => geometry && contains(geometry, lat, lng));
    return hits.sort((one, other) => size(one.geometry) - size(other.geometry))[0] || null;
  };

  /* Return the places {latitude, longitude} at most so many metres from a position, with `metres`, the nearest first. Flat enough for a town. */
  const nearest = (places, lat, lng, most) =>
    places
      .map((place) => {
        const north = (place.latitude - lat) * 111200;
        const east = (place.longitude - lng) * 111200 * Math.cos((lat * Math.PI) / 180);
        return { ...place, metres: Math.hypot(north, east) };
      })
      .filter(({ metres }) => metres <= most)
      .sort((one, other) => one.metres - other.metres);

  window.kithGeometry = { contains, locate, nearest };
})();
