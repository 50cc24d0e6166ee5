//! How records lie in sled's tree: the key's octets, and values cut into chunks.
//!
//! A record stands at `collection ‖ id`, so ids sort bytewise within their collection. Its value is `0 ‖ octets`, or
//! for more than [`CHUNK_OCTETS`] `1 ‖ length` with the octets in chunks at `0x80 + collection ‖ length of id ‖ id ‖ n`.
//!
//! Why chunks: sled puts a page of more than 128 KiB into a file of its own under `blobs/` and never syncs that file,
//! so what was acknowledged could be lost in a power cut. A page holds about 16 entries; small entries keep it small.

use crate::app::ports::store::{Collection, Key};

/// The longest value that is kept whole, and the length of a chunk.
pub(super) const CHUNK_OCTETS: usize = 4096;

/// Where the store's format number stands; no collection has the discriminant 0.
pub(super) const FORMAT_KEY: &[u8] = &[0];

const WHOLE: u8 = 0;
const CHUNKED: u8 = 1;
const CHUNK_SPACE: u8 = 0x80;

/// The octets under which a record stands.
pub(super) fn record_key(collection: Collection, id: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(1 + id.len());
    octets.push(collection as u8);
    octets.extend_from_slice(id);
    octets
}

/// The octets under which chunk `number` of a record stands.
pub(super) fn chunk_key(key: &Key, number: u32) -> Vec<u8> {
    let mut octets = Vec::with_capacity(7 + key.id.len());
    octets.push(CHUNK_SPACE | key.collection as u8);
    // An id has at most 512 octets: `Key::check` runs before anything is written.
    octets.extend_from_slice(&(key.id.len() as u16).to_be_bytes());
    octets.extend_from_slice(&key.id);
    octets.extend_from_slice(&number.to_be_bytes());
    octets
}

/// The number of chunks of a value of `octets`.
pub(super) fn chunk_count(octets: u32) -> u32 {
    octets.div_ceil(CHUNK_OCTETS as u32)
}

/// What stands at a record's key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head<'a> {
    /// The value itself.
    Whole(&'a [u8]),
    /// The value's length in octets; it lies in chunks.
    Chunked(u32),
}

impl<'a> Head<'a> {
    /// How `value` is to be kept.
    pub(super) fn of(value: &'a [u8]) -> Self {
        // A commit is at most 32 MiB, so the length of a value fits.
        if value.len() <= CHUNK_OCTETS {
            Self::Whole(value)
        } else {
            Self::Chunked(value.len() as u32)
        }
    }

    /// Read what stands at a record's key; `None` if no version of this program wrote it.
    pub(super) fn decode(octets: &'a [u8]) -> Option<Self> {
        match octets.split_first()? {
            (&WHOLE, value) => Some(Self::Whole(value)),
            (&CHUNKED, length) => Some(Self::Chunked(u32::from_be_bytes(length.try_into().ok()?))),
            _ => None,
        }
    }

    /// The octets to put at the record's key.
    pub(super) fn encode(&self) -> Vec<u8> {
        let (tag, rest) = match self {
            Self::Whole(value) => (WHOLE, *value),
            Self::Chunked(length) => (CHUNKED, &length.to_be_bytes()[..]),
        };
        let mut octets = Vec::with_capacity(1 + rest.len());
        octets.push(tag);
        octets.extend_from_slice(rest);
        octets
    }

    /// The number of chunks beside it.
    pub(super) fn chunks(&self) -> u32 {
        match self {
            Self::Whole(_) => 0,
            Self::Chunked(length) => chunk_count(*length),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heads_read_back() {
        for octets in [0, 1, CHUNK_OCTETS, CHUNK_OCTETS + 1, 3 * CHUNK_OCTETS] {
            let value = vec![7; octets];
            let head = Head::of(&value);
            assert_eq!(Head::decode(&head.encode()), Some(Head::of(&value)));
            assert_eq!(
                head.chunks() as usize,
                if octets > CHUNK_OCTETS {
                    octets.div_ceil(CHUNK_OCTETS)
                } else {
                    0
                }
            );
        }
    }

    #[test]
    fn foreign_heads_are_refused() {
        for octets in [
            &[][..],
            &[2],
            &[CHUNKED],
            &[CHUNKED, 0, 0, 0],
            &[CHUNKED, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Head::decode(octets), None, "{octets:?}");
        }
    }

    proptest! {
        #[test]
        fn chunk_keys_differ_between_records(a in prop::collection::vec(any::<u8>(), 1..20),
                                             b in prop::collection::vec(any::<u8>(), 1..20), n: u32, m: u32) {
            let (one, two) = (Key::new(Collection::Row, a.clone()), Key::new(Collection::Row, b.clone()));
            prop_assert_eq!(chunk_key(&one, n) == chunk_key(&two, m), a == b && n == m);
        }
    }
}
