//! A random sample for re-audit: at least 3 %, the same each time it is drawn, and nobody can foresee it while certificates
//! are still being issued (THREATS 1).

use std::fmt;
use std::str::FromStr;

use cheti_shared::ids::{CredentialId, Digest};

/// How many of a hundred certificates are drawn, rounded up.
pub const PERCENT: usize = 3;

/// A month: `2026-10`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(String);

impl Month {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no month: write it as 2026-10")]
pub struct NotAMonth(String);

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let first: Result<cheti_shared::time::Date, _> = format!("{text}-01").parse();
        match (first, text.len()) {
            (Ok(_), 7) => Ok(Self(text.to_owned())),
            _ => Err(NotAMonth(text.chars().take(40).collect())),
        }
    }
}

/// Draw from certificates in any order: those whose digest with the seed is least.
pub fn draw(seed: &Digest, mut population: Vec<CredentialId>) -> Vec<CredentialId> {
    let lot = |id: &CredentialId| {
        let octets = [seed.octets().as_slice(), id.octets()].concat();
        *Digest::tagged("cheti/sample/1", &octets).octets()
    };
    population.sort_by_cached_key(|id| *id.octets());
    population.dedup();
    population.sort_by_cached_key(lot);
    let drawn = (population.len() * PERCENT).div_ceil(100);
    population.truncate(drawn);
    population
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(count: usize) -> Vec<CredentialId> {
        let id = |n: usize| {
            let octets = Digest::of(&n.to_be_bytes());
            CredentialId::from_random(octets.octets()[..16].try_into().unwrap())
        };
        (0..count).map(id).collect()
    }

    proptest! {
        #[test]
        fn at_least_three_of_a_hundred_are_drawn_whatever_the_order(count in 0..700_usize, turn in 0..700_usize) {
            let seed = Digest::of(b"head");
            let population = ids(count);
            let mut turned = population.clone();
            turned.rotate_left(turn.min(count));
            let drawn = draw(&seed, population.clone());
            prop_assert_eq!(&drawn, &draw(&seed, turned));
            prop_assert!(drawn.len() * 100 >= count * PERCENT && drawn.len() <= count.div_ceil(33) + 1);
            prop_assert!(drawn.iter().all(|id| population.contains(id)));
        }
    }

    #[test]
    fn another_seed_draws_others() {
        let draw = |seed: &[u8]| draw(&Digest::of(seed), ids(1_000));
        assert_ne!(draw(b"a"), draw(b"b"));
    }

    #[test]
    fn months_read() {
        assert_eq!("2026-10".parse::<Month>().unwrap().as_str(), "2026-10");
        for wrong in ["2026-13", "2026-1", "26-10", "2026-10-01", ""] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
