//! How many households live where.

use std::ops::Range;

use crate::draw::Draw;
use crate::household::ADULTS_PER_100_HOUSEHOLDS;
use crate::tables::Tables;

/// Households by home municipality, numbered so that a municipality, and a prefecture, is one range.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// `starts[c]..starts[c + 1]` are the households at home in municipality `c`.
    starts: Vec<u64>,
    /// Cumulative weights for drawing where somebody goes.
    upto: Vec<u64>,
}

/// A region that must hold at least so many adults.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) cities: Range<usize>,
    pub(crate) adults: u64,
}

impl Population {
    /// Lays out `adults` people: first what the needs ask for (municipalities before prefectures,
    /// and the greatest first of those of one region: order `needs` so),
    /// then the rest by the size of the other municipalities, never less than what is needed.
    pub(crate) fn new(tables: &Tables, adults: u64, needs: &[Need]) -> Self {
        let mut residents = vec![0u64; tables.cities.len()];
        let mut fixed = vec![false; tables.cities.len()];
        for need in needs {
            let present: u64 = need.cities.clone().map(|c| residents[c]).sum();
            let missing = need.adults.saturating_sub(present);
            let small = need.cities.len() < 10;
            let open: Vec<usize> = need.cities.clone().filter(|c| small || !fixed[*c]).collect();
            spread(tables, &mut residents, &open, missing);
            need.cities.clone().for_each(|c| fixed[c] = true);
        }
        let local: u64 = residents.iter().sum();
        let rest = adults.saturating_sub(local).max(local);
        let open: Vec<usize> = (0..fixed.len()).filter(|c| !fixed[*c]).collect();
        spread(tables, &mut residents, &open, rest);

        let mut starts = vec![0u64];
        let mut upto = Vec::with_capacity(residents.len());
        for (count, city) in residents.iter().zip(&tables.cities) {
            let households = count * 100 / ADULTS_PER_100_HOUSEHOLDS + 1;
            starts.push(starts.last().copied().unwrap_or(0) + households);
            upto.push(upto.last().copied().unwrap_or(0) + city.weight);
        }
        Self { starts, upto }
    }

    /// How many households there are.
    pub(crate) fn households(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The households at home in a stretch of municipalities.
    pub(crate) fn range(&self, cities: &Range<usize>) -> Range<u64> {
        let at = |c: usize| self.starts.get(c).copied().unwrap_or_else(|| self.households());
        at(cities.start)..at(cities.end)
    }

    /// The home municipality of a household.
    pub(crate) fn home(&self, household: u64) -> usize {
        self.starts.partition_point(|start| *start <= household).saturating_sub(1)
    }

    /// A municipality anywhere, by size.
    pub(crate) fn anywhere(&self, draw: &mut Draw) -> usize {
        let at = draw.below(self.upto.last().copied().unwrap_or(0));
        self.upto.partition_point(|upto| *upto <= at)
    }
}

/// Adds `count` residents to the `open` municipalities in proportion to their weights.
fn spread(tables: &Tables, residents: &mut [u64], open: &[usize], count: u64) {
    let total: u64 = open.iter().map(|c| tables.cities[*c].weight).sum();
    for city in open {
        residents[*city] += (count * tables.cities[*city].weight).div_ceil(total.max(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_met_and_homes_found() {
        let tables = Tables::get();
        let gifu = tables.region("岐阜県岐阜市");
        let prefecture = tables.region("岐阜県");
        let needs =
            [Need { cities: gifu.clone(), adults: 900 }, Need { cities: prefecture.clone(), adults: 5_000 }];
        let population = Population::new(tables, 20_000, &needs);
        let adults = |r: Range<u64>| (r.end - r.start) * ADULTS_PER_100_HOUSEHOLDS / 100;
        assert!(adults(population.range(&gifu)) >= 900);
        assert!(adults(population.range(&prefecture)) >= 5_000);
        assert!(adults(0..population.households()).abs_diff(20_000) < 5_000);
        for city in [0, gifu.start, tables.cities.len() - 1] {
            let range = population.range(&(city..city + 1));
            assert_eq!(population.home(range.start), city);
            assert_eq!(population.home(range.end - 1), city);
        }
    }
}
