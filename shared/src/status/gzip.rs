//! One gzip member (RFC 1952), unpacked at once. By hand because a browser reads it too: a stream's reader and its table of
//! checksums take a fifth of what the page may.

use super::bitstring::BitstringError;
use super::inflate::inflate;
use crate::limits::STATUS_BYTES_MAX;

const DEFLATE: u8 = 8;
/// The flags FHCRC, FEXTRA, FNAME and FCOMMENT; the others are reserved and must not be set (§2.3.1.2).
const HEADER_CHECKED: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// What the member holds, at most 8 MiB. Anything after it is refused.
///
/// The member's end says how much it holds; it is a claim, and nothing beyond it is written.
pub(super) fn unpack(member: &[u8]) -> Result<Vec<u8>, BitstringError> {
    let parts = without_header(member).and_then(<[u8]>::split_last_chunk::<8>);
    let Some((packed, &[a, b, c, d, e, f, g, h])) = parts else {
        return Err(BitstringError::Encoding);
    };
    let (checksum, size) = (
        u32::from_le_bytes([a, b, c, d]),
        u32::from_le_bytes([e, f, g, h]),
    );
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > STATUS_BYTES_MAX {
        return Err(BitstringError::TooLong);
    }
    let octets = inflate(packed, size).filter(|octets| crc32(octets) == checksum);
    octets.ok_or(BitstringError::Encoding)
}

/// What follows the header (§2.3).
fn without_header(member: &[u8]) -> Option<&[u8]> {
    let [0x1f, 0x8b, DEFLATE, flags, _, _, _, _, _, _, rest @ ..] = member else {
        return None;
    };
    if flags & RESERVED != 0 {
        return None;
    }
    let mut rest = rest;
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|&octet| octet == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    match flags & HEADER_CHECKED {
        0 => Some(rest),
        _ => rest.get(2..),
    }
}

/// The checksum of §8, four bits at a time.
fn crc32(octets: &[u8]) -> u32 {
    let mut table = [0_u32; 16];
    for (nibble, entry) in (0..).zip(&mut table) {
        *entry = (0..4).fold(nibble, |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)));
    }
    let step = |crc: u32, nibble: u32| {
        let entry = usize::try_from((crc ^ nibble) & 15).ok();
        (crc >> 4)
            ^ entry
                .and_then(|entry| table.get(entry))
                .copied()
                .unwrap_or_default()
    };
    !octets.iter().fold(!0, |crc, &octet| {
        let octet = u32::from(octet);
        step(step(crc, octet), octet >> 4)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, GzBuilder};
    use proptest::prelude::*;

    use super::*;

    fn pack(octets: &[u8], builder: GzBuilder, level: u32) -> Vec<u8> {
        let mut gzip = builder.write(Vec::new(), Compression::new(level));
        gzip.write_all(octets).unwrap();
        gzip.finish().unwrap()
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn every_form_of_header_is_read_and_every_cut_of_it_refused() {
        let named = || {
            GzBuilder::new()
                .filename("list")
                .comment("of 2026")
                .extra(*b"extra")
                .mtime(7)
        };
        for builder in [GzBuilder::new(), GzBuilder::new().filename("list"), named()] {
            let member = pack(b"octets", builder, 6);
            assert_eq!(unpack(&member).unwrap(), b"octets");
            for end in 0..member.len() {
                assert!(unpack(&member[..end]).is_err(), "{end}");
            }
        }
        let mut checked = pack(b"octets", GzBuilder::new(), 6);
        checked[3] |= HEADER_CHECKED;
        checked.splice(10..10, [1, 2]);
        assert_eq!(unpack(&checked).unwrap(), b"octets");
        checked[3] |= 0x20;
        assert!(unpack(&checked).is_err());
    }

    #[test]
    fn a_size_that_lies_is_refused() {
        let member = pack(&[7; 1000], GzBuilder::new(), 6);
        for size in [0_u32, 999, 1001, 1 << 20, u32::MAX] {
            let mut lie = member.clone();
            let at = lie.len() - 4;
            lie[at..].copy_from_slice(&size.to_le_bytes());
            assert!(unpack(&lie).is_err(), "{size}");
        }
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_out(octets in prop::collection::vec(0..4_u8, 0..5_000), level in 0..10_u32) {
            prop_assert_eq!(unpack(&pack(&octets, GzBuilder::new(), level)).unwrap(), octets);
        }

        #[test]
        fn a_flipped_bit_never_changes_what_comes_out(octets in prop::collection::vec(any::<u8>(), 1..200), place in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut member = pack(&octets, GzBuilder::new(), 6);
            let place = place.index(member.len());
            member[place] ^= 1 << bit;
            if let Ok(read) = unpack(&member) {
                prop_assert_eq!(read, octets);
            }
        }
    }
}
