//! Where something stands on a page.

/// Numbers that take a point to another: `x' = a x + c y + e`, `y' = b x + d y + f`.
#[derive(Clone, Copy)]
pub(super) struct Matrix {
    pub(super) a: f32,
    pub(super) b: f32,
    pub(super) c: f32,
    pub(super) d: f32,
    pub(super) e: f32,
    pub(super) f: f32,
}

impl Matrix {
    pub(super) const SAME: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    pub(super) fn of(numbers: &[f32]) -> Option<Self> {
        let &[a, b, c, d, e, f] = numbers else { return None };
        Some(Self { a, b, c, d, e, f })
    }

    pub(super) fn moved(x: f32, y: f32) -> Self {
        Self { e: x, f: y, ..Self::SAME }
    }

    /// This one, and then another.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            a: self.a * next.a + self.b * next.c,
            b: self.a * next.b + self.b * next.d,
            c: self.c * next.a + self.d * next.c,
            d: self.c * next.b + self.d * next.d,
            e: self.e * next.a + self.f * next.c + next.e,
            f: self.e * next.b + self.f * next.d + next.f,
        }
    }
}

/// A letter, or several that one code stands for.
pub(super) struct Glyph {
    pub(super) text: String,
    /// What it was drawn in one go with: the number of that.
    pub(super) object: u32,
    /// How its line is turned: quarters of a turn.
    pub(super) turn: u8,
    /// How high its line stands, seen so that the line runs from left to right.
    pub(super) across: f32,
    /// Where in the line it begins and ends.
    pub(super) along: f32,
    pub(super) end: f32,
    pub(super) size: f32,
}

impl Glyph {
    /// A letter of this width and size where `matrix` puts it.
    pub(super) fn new(text: String, object: u32, matrix: Matrix, width: f32) -> Self {
        let turn = match () {
            () if matrix.a.abs() >= matrix.b.abs() && matrix.a >= 0.0 => 0,
            () if matrix.a.abs() >= matrix.b.abs() => 2,
            () if matrix.b > 0.0 => 1,
            () => 3,
        };
        let (x, y) = (matrix.e, matrix.f);
        let (along, across) = match turn {
            0 => (x, y),
            1 => (y, -x),
            2 => (-x, -y),
            _ => (-y, x),
        };
        let size = matrix.c.hypot(matrix.d);
        let end = along + width * matrix.a.hypot(matrix.b);
        Self {
            text,
            object,
            turn,
            across: finite(across),
            along: finite(along),
            end: finite(end),
            size: finite(size),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// Nothing that is printed stands farther out.
fn finite(number: f32) -> f32 {
    if number.is_finite() { number.clamp(-1e6, 1e6) } else { 0.0 }
}
