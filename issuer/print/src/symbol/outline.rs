//! The dark modules of a symbol as outlines: the shortest way to draw them, and without seams between rows.

use super::Symbol;

/// The ways along the edges of modules: right, down, left, up, each a right turn from the one before.
const STEPS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Symbol {
    /// Closed lines around the dark modules, by their corners in modules; what lies within an odd number of them is dark.
    pub(crate) fn outlines(&self) -> Vec<Vec<(u16, u16)>> {
        let mut edges = Edges::of(self);
        let mut outlines = Vec::new();
        // Every outline goes to the right somewhere, and from each corner at most one does.
        for corner in 0..edges.ways.len() {
            if edges.take(corner, 0) {
                outlines.push(edges.follow(corner));
            }
        }
        outlines
    }
}

/// From each corner, the ways that have a dark module on their right and a light one on their left.
struct Edges {
    side: usize,
    ways: Vec<[bool; 4]>,
}

impl Edges {
    fn of(symbol: &Symbol) -> Self {
        let side = usize::from(symbol.width()) + 1;
        let mut ways = vec![[false; 4]; side * side];
        let dark = |x: u16, y: u16| symbol.is_dark(x, y);
        for y in 0..symbol.width() {
            for x in (0..symbol.width()).filter(|&x| dark(x, y)) {
                let corner =
                    |dx: usize, dy: usize| (usize::from(y) + dy) * side + usize::from(x) + dx;
                // Outside the symbol, all is light.
                let light =
                    |x: Option<u16>, y: Option<u16>| x.zip(y).is_none_or(|(x, y)| !dark(x, y));
                ways[corner(0, 0)][0] |= light(Some(x), y.checked_sub(1));
                ways[corner(1, 0)][1] |= light(Some(x + 1), Some(y));
                ways[corner(1, 1)][2] |= light(Some(x), Some(y + 1));
                ways[corner(0, 1)][3] |= light(x.checked_sub(1), Some(y));
            }
        }
        Self { side, ways }
    }

    fn take(&mut self, corner: usize, way: usize) -> bool {
        std::mem::take(&mut self.ways[corner][way])
    }

    /// The outline that leaves `start` to the right, whose first edge is taken already.
    fn follow(&mut self, start: usize) -> Vec<(u16, u16)> {
        let (mut corner, mut way) = (start, 0);
        let mut line = vec![self.place(start)];
        loop {
            corner = self.next(corner, way);
            if corner == start {
                return line;
            }
            let turns = [(way + 1) % 4, way, (way + 3) % 4];
            let Some(on) = turns.into_iter().find(|&turn| self.take(corner, turn)) else {
                return line;
            };
            if on != way {
                line.push(self.place(corner));
                way = on;
            }
        }
    }

    fn next(&self, corner: usize, way: usize) -> usize {
        match STEPS[way] {
            (1, _) => corner + 1,
            (-1, _) => corner - 1,
            (_, 1) => corner + self.side,
            _ => corner - self.side,
        }
    }

    fn place(&self, corner: usize) -> (u16, u16) {
        let short = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        (short(corner % self.side), short(corner / self.side))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::address;
    use crate::symbol::{SYMBOL_MM, symbol};

    /// Whether a point lies within an odd number of outlines: how often a line to the left crosses them.
    fn within(outlines: &[Vec<(u16, u16)>], x: u16, y: u16) -> bool {
        let crossings = outlines.iter().flat_map(|line| {
            let ends = line.iter().cycle().skip(1);
            line.iter().zip(ends).filter(|(a, b)| {
                let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
                a.0 == b.0 && a.0 <= x && top <= y && y < bottom
            })
        });
        crossings.count() % 2 == 1
    }

    #[test]
    fn outlines_hold_exactly_the_dark_modules() {
        for digits in [40, 340, 620] {
            let symbol = symbol(&address(digits), SYMBOL_MM).unwrap();
            let outlines = symbol.outlines();
            for y in 0..symbol.width() {
                for x in 0..symbol.width() {
                    assert_eq!(within(&outlines, x, y), symbol.is_dark(x, y), "{x} {y}");
                }
            }
            let corners: usize = outlines.iter().map(Vec::len).sum();
            assert!(
                corners < 4 * symbol.runs().count() * 8 / 10,
                "{corners} corners"
            );
        }
    }
}
