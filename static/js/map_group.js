/* Pins that a finger cannot tell apart, and the next pin in a direction. Pixels in, indexes out; nothing here touches a page. */
(() => {
  "use strict";

  /* A finger's width in pixels (WCAG 2.5.5): two pins nearer than this are one disc. */
  const NEAR = 44;

  /* One pass: the largest group takes those near it. Cells as wide as `near`, so that only nine are searched. */
  const pass = (groups, near) => {
    const cells = new Map();
    const cell = (x, y) => `${Math.floor(x / near)},${Math.floor(y / near)}`;
    groups.forEach((group) => {
      const key = cell(group.x, group.y);
      if (cells.has(key)) cells.get(key).push(group);
      else cells.set(key, [group]);
    });
    const taken = new Set();
    /* The order depends on the places alone, so that the same pins always make the same discs. */
    const order = groups.slice().sort((one, other) => other.count - one.count || one.y - other.y || one.x - other.x);
    const merged = [];
    for (const seed of order) {
      if (taken.has(seed)) continue;
      const made = { x: 0, y: 0, count: 0, members: [] };
      for (let right = -1; right <= 1; right += 1) {
        for (let down = -1; down <= 1; down += 1) {
          const key = cell(seed.x + right * near, seed.y + down * near);
          const left = [];
          for (const group of cells.get(key) || []) {
            if (Math.hypot(group.x - seed.x, group.y - seed.y) >= near && group !== seed) {
              left.push(group);
              continue;
            }
            taken.add(group);
            made.x += group.x * group.count;
            made.y += group.y * group.count;
            made.count += group.count;
            made.members.push(...group.members);
          }
          cells.set(key, left);
        }
      }
      merged.push({ ...made, x: made.x / made.count, y: made.y / made.count });
    }
    return merged;
  };

  /* Return groups {x, y, count, members} of points {x, y, count}, of which no two are nearer than `near`. */
  const group = (points, near = NEAR) => {
    let groups = points.map(({ x, y, count = 1 }, at) => ({ x, y, count, members: [at] }));
    for (;;) {
      const merged = pass(groups, near);
      if (merged.length === groups.length) return merged;
      groups = merged;
    }
  };

  const AHEAD = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  /* Return the index of the nearest point in the direction of an arrow key, or -1: first within 45 degrees, then on that side. */
  const next = (points, from, key) => {
    const [x, y] = AHEAD[key];
    let found = -1;
    let least = Infinity;
    points.forEach((point, at) => {
      const along = (point.x - from.x) * x + (point.y - from.y) * y;
      const across = Math.abs((point.x - from.x) * y) + Math.abs((point.y - from.y) * x);
      if (along <= 0.5) return;
      const cost = across <= along ? along + across : 1e7 + along + 4 * across;
      if (cost < least) {
        least = cost;
        found = at;
      }
    });
    return found;
  };

  /* Return the index of the point nearest to a place, or -1 without points. */
  const nearest = (points, from) => {
    const far = points.map((point) => Math.hypot(point.x - from.x, point.y - from.y));
    return far.indexOf(Math.min(...far));
  };

  window.kithGroups = { NEAR, group, next, nearest };
})();
