//! The working state of one status list: which places are given out, and which bits are set and why.

use std::collections::BTreeMap;

use cheti_shared::ids::{ListNumber, StatusIndex};
use cheti_shared::status::bitstring::{Bitstring, BitstringError};
use cheti_shared::status::entry::Purpose;
use cheti_shared::status::reasons::DatedReason;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Of 131,072 places this many are given out before the next list is begun: random places stay quick to find.
pub const PLACES_GIVEN_OUT: usize = 98_304;

/// One list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusBook {
    /// Its number.
    pub number: ListNumber,
    /// What a set bit means.
    #[serde(serialize_with = "write_purpose", deserialize_with = "read_purpose")]
    pub purpose: Purpose,
    /// Places given out.
    #[serde(serialize_with = "write_bits", deserialize_with = "read_bits")]
    given: Bitstring,
    /// Bits set.
    #[serde(serialize_with = "write_bits", deserialize_with = "read_bits")]
    bits: Bitstring,
    /// Why, for bits that are set for good.
    pub reasons: BTreeMap<StatusIndex, DatedReason>,
}

/// Why a bit cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// There is no such place.
    #[error(transparent)]
    Bits(#[from] BitstringError),
    /// The place was never given out.
    #[error("place {0} of the status list belongs to no certificate")]
    NotGivenOut(StatusIndex),
    /// A revocation is for ever (THREATS 3).
    #[error("place {0} is revoked; a revocation cannot be taken back")]
    Irreversible(StatusIndex),
}

impl StatusBook {
    /// An empty list.
    pub fn new(number: ListNumber, purpose: Purpose) -> Self {
        let (given, bits) = (Bitstring::shortest(), Bitstring::shortest());
        Self {
            number,
            purpose,
            given,
            bits,
            reasons: BTreeMap::new(),
        }
    }

    /// Whether the next list should be begun.
    pub fn is_full(&self) -> bool {
        self.given.count_set() >= PLACES_GIVEN_OUT
    }

    /// How many places may still be given out.
    pub fn room(&self) -> usize {
        PLACES_GIVEN_OUT.saturating_sub(self.given.count_set())
    }

    /// Give out a place at random (B2): `random` gives 32 random bits each time it is asked.
    pub fn give_out<E>(
        &mut self,
        mut random: impl FnMut() -> Result<u32, E>,
    ) -> Result<StatusIndex, E> {
        let entries = u32::try_from(self.given.entries()).unwrap_or(u32::MAX);
        loop {
            // The number of entries is a power of two, so the remainder is unbiased.
            let index = StatusIndex(random()? % entries);
            if self.given.is_set(index) == Ok(false) && self.given.put(index, true).is_ok() {
                return Ok(index);
            }
        }
    }

    /// The bits to be published.
    pub fn bits(&self) -> &Bitstring {
        &self.bits
    }

    /// Set the bit for good, with a reason.
    pub fn end(&mut self, index: StatusIndex, reason: DatedReason) -> Result<(), BookError> {
        self.check_given(index)?;
        if self.reasons.contains_key(&index) {
            return Err(BookError::Irreversible(index));
        }
        self.bits.put(index, true)?;
        self.reasons.insert(index, reason);
        Ok(())
    }

    /// Suspend, or reinstate; only in a list for suspension, and never what has ended for good.
    pub fn suspend(&mut self, index: StatusIndex, suspended: bool) -> Result<(), BookError> {
        self.check_given(index)?;
        if self.purpose != Purpose::Suspension || self.reasons.contains_key(&index) {
            return Err(BookError::Irreversible(index));
        }
        Ok(self.bits.put(index, suspended)?)
    }

    fn check_given(&self, index: StatusIndex) -> Result<(), BookError> {
        match self.given.is_set(index)? {
            true => Ok(()),
            false => Err(BookError::NotGivenOut(index)),
        }
    }
}

fn write_purpose<S: Serializer>(purpose: &Purpose, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(purpose.name())
}

fn read_purpose<'de, D: Deserializer<'de>>(from: D) -> Result<Purpose, D::Error> {
    Ok(Purpose::from_name(&String::deserialize(from)?))
}

fn write_bits<S: Serializer>(bits: &Bitstring, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&bits.encode())
}

fn read_bits<'de, D: Deserializer<'de>>(from: D) -> Result<Bitstring, D::Error> {
    Bitstring::decode(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cheti_shared::status::reasons::Reason;

    fn numbers() -> impl FnMut() -> Result<u32, ()> {
        let mut state = 7_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Ok(u32::try_from(state >> 32).unwrap())
        }
    }

    #[test]
    fn no_place_is_given_out_twice_until_the_list_is_full() {
        let mut book = StatusBook::new(ListNumber(1), Purpose::Revocation);
        let mut random = numbers();
        let mut seen = std::collections::BTreeSet::new();
        while !book.is_full() {
            assert!(seen.insert(book.give_out(&mut random).unwrap()));
        }
        assert_eq!((seen.len(), book.room()), (PLACES_GIVEN_OUT, 0));
    }

    #[test]
    fn places_spread_evenly() {
        // THREATS 22: chi-square over 64 equal ranges; 63 degrees of freedom, 0.1 % point 103.4.
        let mut book = StatusBook::new(ListNumber(1), Purpose::Revocation);
        let mut random = numbers();
        let mut buckets = [0_f64; 64];
        for _ in 0..20_000 {
            let index = book.give_out(&mut random).unwrap();
            buckets[usize::try_from(index.0 / 2_048).unwrap()] += 1.0;
        }
        let expected = 20_000.0 / 64.0;
        let chi_square: f64 = buckets
            .iter()
            .map(|n| (n - expected).powi(2) / expected)
            .sum();
        assert!(chi_square < 103.4, "{chi_square}");
    }

    #[test]
    fn a_revocation_cannot_be_taken_back() {
        let date = "2026-10-16".parse().unwrap();
        let reason = DatedReason {
            reason: Reason::Withdrawn,
            date,
        };
        for purpose in [Purpose::Revocation, Purpose::Suspension] {
            let mut book = StatusBook::new(ListNumber(1), purpose);
            let index = book.give_out(numbers()).unwrap();
            book.end(index, reason).unwrap();
            assert_eq!(
                book.suspend(index, false),
                Err(BookError::Irreversible(index))
            );
            assert_eq!(book.end(index, reason), Err(BookError::Irreversible(index)));
            assert_eq!(book.bits().is_set(index), Ok(true));
        }
        let mut book = StatusBook::new(ListNumber(1), Purpose::Suspension);
        let index = book.give_out(numbers()).unwrap();
        book.suspend(index, true).unwrap();
        book.suspend(index, false).unwrap();
        assert_eq!(book.bits().is_set(index), Ok(false));
        assert!(book.suspend(StatusIndex(index.0 ^ 1), true).is_err());
    }

    #[test]
    fn books_read_back() {
        let mut book = StatusBook::new(ListNumber(3), Purpose::Suspension);
        let index = book.give_out(numbers()).unwrap();
        book.suspend(index, true).unwrap();
        let text = serde_json::to_string(&book).unwrap();
        assert_eq!(serde_json::from_str::<StatusBook>(&text).unwrap(), book);
    }
}
