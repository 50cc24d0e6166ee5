//! The bits of a status list, and their compressed text (Bitstring Status List 2.2, B3).

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::gzip;
use crate::ids::StatusIndex;
use crate::limits::{STATUS_BYTES_MAX, STATUS_BYTES_MIN, STATUS_ENCODED_CHARS};
use crate::multibase;

/// One bit for each place of a list; bit 0 is the left-most of the first octet.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitstring(Vec<u8>);

/// Why a text is no bitstring, or a place is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BitstringError {
    /// Not `u` and base64url, or not gzip.
    #[error("the status list's encodedList is not gzip in base64url")]
    Encoding,
    /// More characters than any list needs.
    #[error(
        "the status list's encodedList has {chars} characters, at most {STATUS_ENCODED_CHARS} are read"
    )]
    EncodedTooLong {
        /// How many it has.
        chars: usize,
    },
    /// Shorter than the specification allows (B6, STATUS_LIST_LENGTH_ERROR).
    #[error("the status list holds {bytes} bytes, at least {STATUS_BYTES_MIN} are needed")]
    TooShort {
        /// How many it holds.
        bytes: usize,
    },
    /// Unpacks to more than is read (B9, THREATS 14).
    #[error("the status list unpacks to more than {STATUS_BYTES_MAX} bytes")]
    TooLong,
    /// A place beyond the end (B6, RANGE_ERROR).
    #[error("the status list has {entries} entries, there is no entry {index}")]
    Range {
        /// The place asked for.
        index: u32,
        /// How many there are.
        entries: usize,
    },
}

impl Bitstring {
    /// A list of `STATUS_ENTRIES_MIN` (131,072) entries, none set.
    pub fn shortest() -> Self {
        Self(vec![0; STATUS_BYTES_MIN])
    }

    /// A list of these octets: 16 KiB to 8 MiB.
    pub fn from_octets(octets: Vec<u8>) -> Result<Self, BitstringError> {
        match octets.len() {
            bytes if bytes < STATUS_BYTES_MIN => Err(BitstringError::TooShort { bytes }),
            bytes if bytes > STATUS_BYTES_MAX => Err(BitstringError::TooLong),
            _ => Ok(Self(octets)),
        }
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.0.len() * 8
    }

    /// How many entries are set.
    pub fn count_set(&self) -> usize {
        self.0
            .iter()
            .map(|octet| usize::try_from(octet.count_ones()).unwrap_or_default())
            .sum()
    }

    /// Whether the entry is set.
    pub fn is_set(&self, index: StatusIndex) -> Result<bool, BitstringError> {
        let (octet, mask) = place(index);
        let octet = self.0.get(octet).ok_or_else(|| self.no_entry(index))?;
        Ok(octet & mask != 0)
    }

    /// Set the entry, or clear it.
    pub fn put(&mut self, index: StatusIndex, set: bool) -> Result<(), BitstringError> {
        let (octet, mask) = place(index);
        let error = self.no_entry(index);
        let octet = self.0.get_mut(octet).ok_or(error)?;
        match set {
            true => *octet |= mask,
            false => *octet &= !mask,
        }
        Ok(())
    }

    fn no_entry(&self, index: StatusIndex) -> BitstringError {
        BitstringError::Range {
            index: index.0,
            entries: self.entries(),
        }
    }

    /// The `encodedList`: `u`, base64url of gzip. The same bits always give the same text.
    pub fn encode(&self) -> String {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        // Writing into memory does not fail.
        let packed = gzip.write_all(&self.0).and_then(|()| gzip.finish());
        multibase::encode_base64url(&packed.unwrap_or_default())
    }

    /// Read an `encodedList`, unpacking no more than 8 MiB of it. Further gzip members and trailing octets are refused.
    pub fn decode(text: &str) -> Result<Self, BitstringError> {
        if text.len() > STATUS_ENCODED_CHARS {
            return Err(BitstringError::EncodedTooLong { chars: text.len() });
        }
        let packed = multibase::decode_base64url(text).map_err(|_| BitstringError::Encoding)?;
        gzip::unpack(&packed).and_then(Self::from_octets)
    }
}

impl std::fmt::Debug for Bitstring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Bitstring({} of {} set)",
            self.count_set(),
            self.entries()
        )
    }
}

fn place(index: StatusIndex) -> (usize, u8) {
    let octet = usize::try_from(index.0 / 8).unwrap_or(usize::MAX);
    (octet, 0x80 >> (index.0 % 8))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gzip(octets: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(octets).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn bit_0_is_the_left_most() {
        let mut bits = Bitstring::shortest();
        bits.put(StatusIndex(0), true).unwrap();
        bits.put(StatusIndex(9), true).unwrap();
        bits.put(StatusIndex(131_071), true).unwrap();
        assert_eq!(bits.octets()[..2], [0x80, 0x40]);
        assert_eq!(bits.octets().last(), Some(&0x01));
        assert_eq!(bits.count_set(), 3);
        bits.put(StatusIndex(9), false).unwrap();
        assert!(!bits.is_set(StatusIndex(9)).unwrap());
        let beyond = BitstringError::Range {
            index: 131_072,
            entries: 131_072,
        };
        assert_eq!(bits.is_set(StatusIndex(131_072)), Err(beyond));
    }

    #[test]
    fn the_specifications_empty_list_reads() {
        // Bitstring Status List 1.0, the encodedList of its examples: 131,072 zero bits.
        let text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
        let bits = Bitstring::decode(text).unwrap();
        assert_eq!((bits.entries(), bits.count_set()), (131_072, 0));
    }

    #[test]
    fn bombs_and_leftovers_are_refused() {
        let encode = |octets: &[u8]| multibase::encode_base64url(octets);
        let bomb = gzip(&vec![0; 256 << 20]);
        assert_eq!(
            Bitstring::decode(&encode(&bomb)),
            Err(BitstringError::TooLong)
        );
        let two_members = [gzip(&[0; STATUS_BYTES_MIN]), gzip(&[0; 8])].concat();
        assert_eq!(
            Bitstring::decode(&encode(&two_members)),
            Err(BitstringError::Encoding)
        );
        let trailing = [gzip(&[0; STATUS_BYTES_MIN]), vec![0]].concat();
        assert_eq!(
            Bitstring::decode(&encode(&trailing)),
            Err(BitstringError::Encoding)
        );
        let mut damaged = gzip(&[0; STATUS_BYTES_MIN]);
        let crc = damaged.len() - 6;
        damaged[crc] ^= 1;
        assert_eq!(
            Bitstring::decode(&encode(&damaged)),
            Err(BitstringError::Encoding)
        );
        let short = gzip(&[0; 100]);
        assert_eq!(
            Bitstring::decode(&encode(&short)),
            Err(BitstringError::TooShort { bytes: 100 })
        );
        assert_eq!(Bitstring::decode("zH4sI"), Err(BitstringError::Encoding));
        let long = "u".repeat(STATUS_ENCODED_CHARS + 1);
        assert!(matches!(
            Bitstring::decode(&long),
            Err(BitstringError::EncodedTooLong { .. })
        ));
    }

    proptest! {
        #[test]
        fn set_bits_survive_the_text(indexes in prop::collection::btree_set(0_u32..131_072, 0..200)) {
            let mut bits = Bitstring::shortest();
            for &index in &indexes {
                bits.put(StatusIndex(index), true).unwrap();
            }
            let read = Bitstring::decode(&bits.encode()).unwrap();
            prop_assert_eq!(&read, &bits);
            prop_assert_eq!(read.count_set(), indexes.len());
            prop_assert!(indexes.iter().all(|&index| read.is_set(StatusIndex(index)).unwrap()));
        }

        #[test]
        fn any_text_is_safe(text in "u[A-Za-z0-9_-]{0,200}") {
            let _ = Bitstring::decode(&text);
        }
    }
}
