//! Ages and sexes, as far as lists differ in them.

use crate::input::Stratum;

/// Ages and sexes, as coarse as the lists of health insurers differ from those of shops; bit *3a + s* stands for age
/// band *a* (unknown, born before 1950, later) and sex *s* (unknown, male, female).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group(u16);

impl Group {
    pub(crate) const ALL: Group = Group(0b111_111_111);
    pub(crate) const OLDER: Group = Group(0b000_111_000);
    pub(crate) const YOUNGER: Group = Group(0b111_000_000);
    const MALE: Group = Group(0b010_010_010);
    const FEMALE: Group = Group(0b100_100_100);
    pub(crate) const BANDS: usize = 9;

    /// The people of a stratum, as far as it tells.
    pub(crate) fn of(stratum: &Stratum) -> Self {
        let age = match stratum.birth_decade {
            0 => Group::ALL,
            decade if decade < Stratum::YOUNGER_FROM => Group::OLDER,
            _ => Group::YOUNGER,
        };
        let sex = match stratum.sex {
            b'm' => Group::MALE,
            b'f' => Group::FEMALE,
            _ => Group::ALL,
        };
        Group(age.0 & sex.0)
    }

    /// The parts of the group that a list might hold alone without saying so.
    pub(crate) fn parts(self) -> impl Iterator<Item = Group> {
        let parts = [Group::OLDER, Group::YOUNGER, Group::MALE, Group::FEMALE];
        parts
            .into_iter()
            .map(move |part| Group(part.0 & self.0))
            .filter(move |part| *part != self && part.0 != 0)
    }

    /// The ages alone.
    pub(crate) fn ages(self) -> Self {
        match self.0 {
            bits if bits & !Group::OLDER.0 == 0 => Group::OLDER,
            bits if bits & !Group::YOUNGER.0 == 0 => Group::YOUNGER,
            _ => Group::ALL,
        }
    }

    pub(crate) fn bands(self) -> impl Iterator<Item = usize> {
        (0..Self::BANDS).filter(move |band| self.0 >> band & 1 == 1)
    }

    /// The band of a control.
    pub(crate) fn band(stratum: &Stratum) -> usize {
        let age = match stratum.birth_decade {
            0 => 0,
            decade if decade < Stratum::YOUNGER_FROM => 1,
            _ => 2,
        };
        let sex = match stratum.sex {
            b'm' => 1,
            b'f' => 2,
            _ => 0,
        };
        3 * age + sex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_stratum_tells_as_much_as_is_looked_at() {
        for birth_decade in 0..=255 {
            for sex in [0, b'm', b'f', b'x'] {
                let fine = Stratum { birth_decade, sex, ..Stratum::default() };
                assert_eq!(Group::of(&fine), Group::of(&fine.coarse()));
                assert_eq!(Group::band(&fine), Group::band(&fine.coarse()));
                assert_eq!(fine.coarse(), fine.coarse().coarse());
            }
        }
    }
}
