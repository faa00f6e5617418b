"""An independent check of drawn strokes: brute distances to the densely sampled true graph."""

import numpy as np

#: Samples of the true graph a pixel.
DENSITY = 200


def distances(line, bands, true, window):
    """(from the true graph to what is drawn, from what is drawn to the true graph), in pixels.

    ``true`` maps x to heights, both in data units. The graph is sampled; between samples it
    is taken for straight, except where it is not finite. What is outside the window does not count.
    """
    x = np.linspace(0, window.width, int(window.width * DENSITY) + 1)
    y = window.y_pixels(true(window.x_data(x)))
    strokes = _segments(_pixels(line, window))
    outlines = [_segments(_pixels(band, window)) for band in bands]
    shown = np.isfinite(y) & (y >= 0) & (y <= window.height)
    samples = np.column_stack((x, y))[shown]
    gone = _from_points(samples, np.concatenate((strokes, *outlines)))
    for band in bands:
        gone = np.where(_inside(samples, _pixels(band, window)), 0.0, gone)
    spots = _along(strokes)
    for band in bands:
        spots = np.concatenate((spots, _filled(_pixels(band, window))))
    spots = spots[(spots[:, 1] >= 0) & (spots[:, 1] <= window.height)]
    return gone.max(initial=0.0), _to_graph(spots, x, y).max(initial=0.0)


def _pixels(vertices, window):
    across = (vertices[:, 0] - window.x[0]) / window.x_scale
    return np.column_stack((across, window.y_pixels(vertices[:, 1])))


def _segments(vertices):
    pairs = np.stack((vertices[:-1], vertices[1:]), axis=1)
    return pairs[np.isfinite(pairs).all(axis=(1, 2))]


def _from_points(points, segments):
    """Distance from each point to the nearest segment."""
    nearest = np.full(len(points), np.inf)
    order = np.argsort(points[:, 0])
    xs = points[order, 0]
    for start, end in segments:
        low, high = np.searchsorted(xs, (min(start[0], end[0]) - 1, max(start[0], end[0]) + 1))
        some = order[low:high]
        nearest[some] = np.minimum(nearest[some], _to_segment(points[some], start, end))
    return nearest


def _to_segment(points, start, end):
    along = end - start
    length = (along**2).sum(axis=-1)
    share = ((points - start) * along).sum(axis=-1) / np.where(length > 0, length, 1)
    foot = start + np.clip(share, 0, 1)[..., None] * along
    return np.hypot(*np.moveaxis(points - foot, -1, 0))


def _along(segments):
    """Points on the segments, an eighth of a pixel apart."""
    pieces = [
        start + np.linspace(0, 1, 2 + int(8 * np.hypot(*(end - start))))[:, None] * (end - start)
        for start, end in segments
    ]
    return np.concatenate(pieces) if pieces else np.empty((0, 2))


def _to_graph(spots, x, y):
    """Distance from each spot to the sampled graph, looking two fifths of a pixel to both sides."""
    reach = 2 * DENSITY // 5
    shortest = np.full(len(spots), np.inf)
    middle = np.clip(np.round(spots[:, 0] * DENSITY).astype(int), 0, len(x) - 1)
    for step in range(-reach, reach):
        left = np.clip(middle + step, 0, len(x) - 2)
        start = np.column_stack((x[left], y[left]))
        end = np.column_stack((x[left + 1], y[left + 1]))
        known = np.isfinite(start[:, 1]) & np.isfinite(end[:, 1])
        away = np.full(len(spots), np.inf)
        away[known] = _to_segment(spots[known], start[known], end[known])
        shortest = np.minimum(shortest, away)
    return shortest


def _filled(band):
    """Points all over a band: on verticals, less than a pixel apart."""
    xs = np.arange(band[:, 0].min() + 0.1, band[:, 0].max(), 0.7)
    spots = [band]
    turn = int(np.argmax(band[:, 0]))
    low, high = band[: turn + 1], band[turn + 1 :][::-1]
    for x in xs:
        ends = (np.interp(x, *low.T), np.interp(x, *high.T))
        ys = np.arange(*ends, 1.0)
        spots.append(np.column_stack((np.full(len(ys), x), ys)))
    return np.concatenate(spots)


def _inside(points, band):
    turn = int(np.argmax(band[:, 0]))
    low, high = band[: turn + 1], band[turn + 1 :][::-1]
    across = (points[:, 0] >= band[:, 0].min()) & (points[:, 0] <= band[:, 0].max())
    above = points[:, 1] >= np.interp(points[:, 0], *low.T)
    return across & above & (points[:, 1] <= np.interp(points[:, 0], *high.T))
