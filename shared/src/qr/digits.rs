//! Octets as decimal digits: the payload read as one big-endian unsigned integer, multibase base10 (prefix `9`).
//!
//! Digits are the densest alphabet of a QR code and the only one that nothing on the way rewrites.

use crate::limits::{QR_PAYLOAD_BYTES, QR_PAYLOAD_DIGITS};

/// Why a text is no payload in digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// The text holds no `9` with digits where they belong.
    #[error("this is not a certificate code: no digits after https://…/#9")]
    NoPayload,
    /// A character that is no digit.
    #[error(
        "the code has the character '{}' where only digits belong; it was not read completely",
        .0.escape_default()
    )]
    NotADigit(char),
    /// The number begins with 0, so the same number would have two spellings.
    #[error("the code's number begins with 0; it was not read completely")]
    LeadingZero,
    /// More digits than any payload has.
    #[error("the code has {digits} digits, at most {QR_PAYLOAD_DIGITS} are read")]
    TooLong {
        /// How many it has.
        digits: usize,
    },
}

/// Nine digits go into one 32-bit limb.
const STRIDE: usize = 9;
const STRIDE_POWER: u64 = 1_000_000_000;

/// The decimal digits of `octets`. The first octet of a payload is never 0, so no octet is lost.
pub fn encode(octets: &[u8]) -> String {
    let mut limbs: Vec<u32> = octets.rchunks(4).rev().map(big_endian).collect();
    let mut groups: Vec<u32> = Vec::new();
    let mut start = 0;
    while let Some(rest) = limbs.get_mut(start..).filter(|rest| !rest.is_empty()) {
        let mut remainder = 0_u64;
        for limb in rest.iter_mut() {
            let value = remainder << 32 | u64::from(*limb);
            *limb = low_half(value / STRIDE_POWER);
            remainder = value % STRIDE_POWER;
        }
        groups.push(low_half(remainder));
        start += rest.iter().take_while(|&&limb| limb == 0).count();
    }
    let mut digits: String = groups
        .iter()
        .rev()
        .map(|group| format!("{group:09}"))
        .collect();
    let zeros = digits.bytes().take_while(|&digit| digit == b'0').count();
    digits.drain(..zeros);
    digits
}

/// The octets of the integer that `digits` write.
pub fn decode(digits: &str) -> Result<Vec<u8>, DigitsError> {
    if let Some(other) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(DigitsError::NotADigit(other));
    }
    match digits.as_bytes() {
        [] => return Err(DigitsError::NoPayload),
        [b'0', ..] => return Err(DigitsError::LeadingZero),
        all if all.len() > QR_PAYLOAD_DIGITS => {
            return Err(DigitsError::TooLong { digits: all.len() });
        }
        _ => {}
    }
    let mut limbs: Vec<u32> = Vec::new();
    for group in digits.as_bytes().rchunks(STRIDE).rev() {
        let value = group
            .iter()
            .fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        let mut carry = value;
        for limb in &mut limbs {
            carry += u64::from(*limb) * STRIDE_POWER;
            *limb = low_half(carry);
            carry >>= 32;
        }
        if carry > 0 {
            limbs.push(low_half(carry));
        }
    }
    let mut octets = Vec::with_capacity(limbs.len() * 4);
    for limb in limbs.iter().rev() {
        octets.extend_from_slice(&limb.to_be_bytes());
    }
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    octets.drain(..zeros);
    // 2,467 digits can also write a number that needs one octet more.
    match octets.len() > QR_PAYLOAD_BYTES {
        true => Err(DigitsError::TooLong {
            digits: digits.len(),
        }),
        false => Ok(octets),
    }
}

/// The digits of `https://<any host>/#9<digits>`, of `#9<digits>` or of `9<digits>`, without the `9`.
///
/// The host is not looked at: it is no part of the format (QR.md, URL).
pub fn find(text: &str) -> Result<&str, DigitsError> {
    let text = text.trim();
    let fragment = match text.split_once('#') {
        Some((_, fragment)) => fragment,
        None => text,
    };
    fragment.strip_prefix('9').ok_or(DigitsError::NoPayload)
}

/// The host that a code's URL names, for a warning when it is another than the verifier's own.
pub fn host(text: &str) -> Option<&str> {
    let (scheme, rest) = text.trim().split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    known
        .then(|| rest.split(['/', '#', '?']).next())
        .flatten()
        .filter(|host| !host.is_empty())
}

fn big_endian(octets: &[u8]) -> u32 {
    octets
        .iter()
        .fold(0, |value, &octet| value << 8 | u32::from(octet))
}

fn low_half(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers() {
        for (octets, digits) in [
            (&[1][..], "1"),
            (&[0x11, 0, 0, 0, 0], "73014444032"),
            (&[255; 8], "18446744073709551615"),
            (&[1, 0, 0, 0, 0, 0, 0, 0, 0], "18446744073709551616"),
        ] {
            assert_eq!(encode(octets), digits);
            assert_eq!(decode(digits).unwrap(), octets);
        }
    }

    #[test]
    fn only_one_spelling_is_read() {
        assert_eq!(decode(""), Err(DigitsError::NoPayload));
        assert_eq!(decode("0"), Err(DigitsError::LeadingZero));
        assert_eq!(decode("012"), Err(DigitsError::LeadingZero));
        assert_eq!(decode("12 3"), Err(DigitsError::NotADigit(' ')));
        assert_eq!(decode("12٣"), Err(DigitsError::NotADigit('٣')));
        assert_eq!(
            decode(&"9".repeat(2_467)),
            Err(DigitsError::TooLong { digits: 2_467 })
        );
        assert_eq!(
            decode(&"1".repeat(2_468)),
            Err(DigitsError::TooLong { digits: 2_468 })
        );
        let largest = [255; QR_PAYLOAD_BYTES];
        assert_eq!(encode(&largest).len(), QR_PAYLOAD_DIGITS);
        assert_eq!(decode(&encode(&largest)).unwrap(), largest);
    }

    #[test]
    fn the_fragment_is_found_whatever_the_host() {
        for text in [
            "https://v.nc4.example/#9123",
            "HTTPS://OTHER/x?y#9123",
            "#9123",
            "9123",
            " 9123\n",
        ] {
            assert_eq!(find(text), Ok("123"), "{text}");
        }
        for text in [
            "",
            "https://v.nc4.example/",
            "https://v.nc4.example/#x",
            "hello",
            "https://e/#",
            "8123",
        ] {
            assert_eq!(find(text), Err(DigitsError::NoPayload), "{text}");
        }
        assert_eq!(host("https://v.nc4.example/#9123"), Some("v.nc4.example"));
        assert_eq!(host("#9123"), None);
    }

    proptest! {
        #[test]
        fn digits_read_what_they_write(first in 1_u8.., rest in prop::collection::vec(any::<u8>(), 0..300)) {
            let octets = [vec![first], rest].concat();
            prop_assert_eq!(decode(&encode(&octets)).unwrap(), octets);
        }

        #[test]
        fn octets_write_what_they_read(digits in "[1-9][0-9]{0,700}") {
            prop_assert_eq!(encode(&decode(&digits).unwrap()), digits);
        }

        #[test]
        fn any_text_is_safe(text in any::<String>()) {
            let _ = find(&text).and_then(decode);
        }
    }
}
