//! Names of nobody in particular: as common as those of real people of the same age and sex.

use std::sync::LazyLock;

use foldhash::HashMap;
use meibo_normalize::{Canonical, Field, Normalizer, Record};

use crate::draw::Draw;

/// Common names alone: a rare one may be one person's.
static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    rows(include_str!("../data/family-names.tsv"))
        .filter_map(|cells| {
            let [kanji, kana, weight] = cells[..] else { return None };
            Some(Family { kanji, kana, weight: weight.parse().ok()? })
        })
        .collect()
});

static GIVEN: LazyLock<Vec<Given>> = LazyLock::new(|| {
    rows(include_str!("../data/given-names.tsv"))
        .filter_map(|cells| {
            let [kanji, kana, sex, from, to] = cells[..] else { return None };
            let sex = if sex == "f" { Sex::Female } else { Sex::Male };
            Some(Given { kanji, kana, sex, years: (from.parse().ok()?, to.parse().ok()?) })
        })
        .collect()
});

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// The sex that a given name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sex {
    Female,
    Male,
}

#[derive(Debug)]
struct Family {
    kanji: &'static str,
    kana: &'static str,
    /// Bearers in ten thousand people.
    weight: u64,
}

#[derive(Debug)]
struct Given {
    kanji: &'static str,
    kana: &'static str,
    sex: Sex,
    years: (u16, u16),
}

/// A name with its reading in katakana.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) family: &'static str,
    pub(crate) given: &'static str,
    pub(crate) family_kana: &'static str,
    pub(crate) given_kana: &'static str,
}

/// The given names of one sex and age.
fn group(sex: Sex, born: u16) -> Vec<&'static Given> {
    let of_sex = || GIVEN.iter().filter(|name| name.sex == sex);
    let (first, last) =
        of_sex().fold((u16::MAX, 0), |(first, last), name| (first.min(name.years.0), last.max(name.years.1)));
    let born = born.clamp(first, last);
    of_sex().filter(|name| (name.years.0..=name.years.1).contains(&born)).collect()
}

/// Draws the name of somebody of this sex, born in this year.
pub(crate) fn draw(draw: &mut Draw, sex: Sex, born: u16) -> Option<Name> {
    let family = draw.weighted(&FAMILIES, |family| family.weight)?;
    let given = *draw.pick(&group(sex, born))?;
    Some(Name { family: family.kanji, given: given.kanji, family_kana: family.kana, given_kana: given.kana })
}

/// How likely the likeliest name, and the likeliest reading, is to be drawn, of whatever sex and age: in the form that keys are made of,
/// where several names and readings may be one.
pub(crate) fn greatest_chances() -> (f64, f64) {
    static CHANCES: LazyLock<(f64, f64)> = LazyLock::new(|| {
        let years = |sex| {
            let mut years: Vec<u16> = GIVEN.iter().filter(|n| n.sex == sex).map(|n| n.years.0).collect();
            years.dedup();
            years
        };
        let groups = [Sex::Female, Sex::Male].into_iter();
        let groups = groups.flat_map(|sex| years(sex).into_iter().map(move |born| group(sex, born)));
        let most = groups.map(|group| chances_in(&group));
        most.fold((0.0, 0.0), |(name, kana), of| (of.0.max(name), of.1.max(kana)))
    });
    *CHANCES
}

fn chances_in(group: &[&Given]) -> (f64, f64) {
    let all: u64 = FAMILIES.iter().map(|family| family.weight).sum();
    let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
    let (mut names, mut readings) = (HashMap::default(), HashMap::default());
    for family in FAMILIES.iter() {
        let chance = family.weight as f64 / all as f64 / group.len() as f64;
        for given in group {
            let record = Record::new()
                .with(Field::Name, &format!("{}{}", family.kanji, given.kanji))
                .with(Field::Kana, &format!("{}{}", family.kana, given.kana));
            normalizer.canonicalize(&record, &mut canonical);
            for (field, of) in [(Field::Name, &mut names), (Field::Kana, &mut readings)] {
                let value = canonical.values(field).next().unwrap_or_default().to_owned();
                *of.entry(value).or_insert(0.0) += chance;
            }
        }
    }
    let most = |of: HashMap<String, f64>| of.into_values().fold(0.0, f64::max);
    (most(names), most(readings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Seed;

    #[test]
    fn the_tables_are_whole_and_read_as_names() {
        assert_eq!((FAMILIES.len(), GIVEN.len()), (180, 224));
        let (mut normalizer, mut canonical) = (Normalizer::new(), Canonical::new());
        let mut draw = Seed::from_bytes([1; 32]).draw("names", 0);
        for number in 0..2_000u16 {
            let sex = if number % 2 == 0 { Sex::Female } else { Sex::Male };
            let name = super::draw(&mut draw, sex, 1900 + number % 130).unwrap();
            let record = Record::new()
                .with(Field::Name, &format!("{}　{}", name.family, name.given))
                .with(Field::Kana, &format!("{}　{}", name.family_kana, name.given_kana));
            normalizer.canonicalize(&record, &mut canonical);
            assert!(canonical.values(Field::Name).next().is_some(), "{name:?}");
            assert!(canonical.values(Field::Kana).next().is_some(), "{name:?}");
        }
    }

    #[test]
    fn no_name_is_drawn_oftener_than_the_greatest_chance_allows() {
        let (most, most_kana) = greatest_chances();
        assert!(most > 1e-4 && most < 2e-3 && most_kana >= most && most_kana < 4e-3, "{most} {most_kana}");
        let mut draw = Seed::from_bytes([2; 32]).draw("names", 0);
        let mut counts: HashMap<_, u32> = HashMap::default();
        for _ in 0..20_000 {
            let name = super::draw(&mut draw, Sex::Male, 1980).unwrap();
            *counts.entry((name.family, name.given)).or_default() += 1;
        }
        let seen = f64::from(*counts.values().max().unwrap()) / 20_000.0;
        // Six deviations of chance above what is allowed.
        assert!(seen < most + 6.0 * (most / 20_000.0_f64).sqrt(), "{seen} {most}");
    }
}
