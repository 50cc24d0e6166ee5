//! Multibase: binary as text whose first character names the alphabet (`z` base58btc, `u` base64url).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why a text is no multibase value of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultibaseError {
    /// The first character names another alphabet, or none.
    #[error("multibase text must begin with '{wanted}'")]
    Prefix {
        /// The character it must begin with.
        wanted: char,
    },
    /// A character outside the alphabet.
    #[error("multibase text has a character outside its alphabet")]
    Character,
    /// Another number of octets than the value has.
    #[error("multibase text holds {octets} octets where {wanted} belong")]
    Length {
        /// How many it holds.
        octets: usize,
        /// How many belong.
        wanted: usize,
    },
}

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// How many digits are converted at a time.
const BASE58_GROUP: usize = 5;
/// 58^5: the largest power whose product with 2^32 fits 64 bits with room.
const BASE58_STRIDE: u64 = 656_356_768;

/// `z` and the base58btc digits of `octets`.
///
/// Converts five digits at a time: a signature takes a tenth of the time of digit-by-digit conversion, which would be
/// a third of what signing itself takes.
pub fn encode_base58(octets: &[u8]) -> String {
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    let mut limbs: Vec<u32> = octets.rchunks(4).rev().map(big_endian).collect();
    let mut digits = Vec::with_capacity(octets.len() * 138 / 100 + 6);
    let mut start = 0;
    while let Some(rest) = limbs.get_mut(start..).filter(|rest| !rest.is_empty()) {
        let mut remainder = divide(rest, BASE58_STRIDE);
        for _ in 0..BASE58_GROUP {
            digits.push(base58_digit(remainder % 58));
            remainder /= 58;
        }
        start += rest.iter().take_while(|&&limb| limb == 0).count();
    }
    while digits.last() == Some(&b'1') {
        digits.pop();
    }
    digits.extend(std::iter::repeat_n(b'1', zeros));
    std::iter::once('z')
        .chain(digits.into_iter().rev().map(char::from))
        .collect()
}

/// The octets written as `z` and base58btc digits; exactly `N` of them.
pub fn decode_base58<const N: usize>(text: &str) -> Result<[u8; N], MultibaseError> {
    let octets = decode_base58_vec(text, N)?;
    let held = octets.len();
    octets.try_into().map_err(|_| MultibaseError::Length {
        octets: held,
        wanted: N,
    })
}

/// `u` and the base64url digits of `octets`, unpadded.
pub fn encode_base64url(octets: &[u8]) -> String {
    format!("u{}", URL_SAFE_NO_PAD.encode(octets))
}

/// The octets written as `u` and base64url digits.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, MultibaseError> {
    let digits = text
        .strip_prefix('u')
        .ok_or(MultibaseError::Prefix { wanted: 'u' })?;
    URL_SAFE_NO_PAD
        .decode(digits)
        .map_err(|_| MultibaseError::Character)
}

fn decode_base58_vec(text: &str, wanted: usize) -> Result<Vec<u8>, MultibaseError> {
    let digits = text
        .strip_prefix('z')
        .ok_or(MultibaseError::Prefix { wanted: 'z' })?
        .as_bytes();
    // Work grows with the square of the length: refuse what cannot be `wanted` octets before starting.
    if digits.len() > wanted * 138 / 100 + 1 {
        let octets = digits.len() * 733 / 1000;
        return Err(MultibaseError::Length { octets, wanted });
    }
    let zeros = digits.iter().take_while(|&&digit| digit == b'1').count();
    let mut limbs: Vec<u32> = Vec::with_capacity(wanted / 4 + 2);
    for group in digits.chunks(BASE58_GROUP) {
        let (mut carry, mut scale) = (0, 1);
        for &digit in group {
            carry = carry * 58 + base58_value(digit).ok_or(MultibaseError::Character)?;
            scale *= 58;
        }
        for limb in &mut limbs {
            carry += u64::from(*limb) * scale;
            *limb = low_half(carry);
            carry >>= 32;
        }
        if carry > 0 {
            limbs.push(low_half(carry));
        }
    }
    let significant: Vec<u8> = limbs
        .iter()
        .rev()
        .flat_map(|limb| limb.to_be_bytes())
        .collect();
    let leading = significant.iter().take_while(|&&octet| octet == 0).count();
    let body = significant.into_iter().skip(leading);
    Ok(std::iter::repeat_n(0, zeros).chain(body).collect())
}

/// The value of a digit, from its place in the alphabet: a few comparisons instead of a search.
fn base58_value(digit: u8) -> Option<u64> {
    let value = match digit {
        b'1'..=b'9' => digit - b'1',
        b'A'..=b'H' => digit - b'A' + 9,
        b'J'..=b'N' => digit - b'J' + 17,
        b'P'..=b'Z' => digit - b'P' + 22,
        b'a'..=b'k' => digit - b'a' + 33,
        b'm'..=b'z' => digit - b'm' + 44,
        _ => return None,
    };
    Some(u64::from(value))
}

fn base58_digit(value: u64) -> u8 {
    let index = usize::try_from(value).unwrap_or_default();
    BASE58.get(index).copied().unwrap_or(b'1')
}

fn big_endian(octets: &[u8]) -> u32 {
    octets
        .iter()
        .fold(0, |value, &octet| value << 8 | u32::from(octet))
}

/// Divide the big-endian number in place; the remainder.
fn divide(limbs: &mut [u32], by: u64) -> u64 {
    let mut remainder = 0;
    for limb in limbs {
        let value = remainder << 32 | u64::from(*limb);
        *limb = low_half(value / by);
        remainder = value % by;
    }
    remainder
}

fn low_half(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn base58_vectors() {
        // draft-msporny-base58, test vectors.
        for (octets, text) in [
            (&b"Hello World!"[..], "z2NEpo7TZRRrLZSi2U"),
            (
                b"The quick brown fox jumps over the lazy dog.",
                "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            ),
            (&[0, 0, 0x28, 0x7f, 0xb4, 0xcd], "z11233QC4"),
            (b"", "z"),
            (&[0, 0, 0], "z111"),
        ] {
            assert_eq!(encode_base58(octets), text);
            assert_eq!(decode_base58_vec(text, octets.len()).unwrap(), octets);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(
            decode_base58::<1>("2g"),
            Err(MultibaseError::Prefix { wanted: 'z' })
        );
        for text in ["z0", "zO", "zI", "zl", "zé"] {
            assert_eq!(
                decode_base58::<1>(text),
                Err(MultibaseError::Character),
                "{text}"
            );
        }
        assert!(matches!(
            decode_base58::<2>("z2g"),
            Err(MultibaseError::Length { .. })
        ));
        assert!(matches!(
            decode_base58::<64>(&"z".repeat(100_000)),
            Err(MultibaseError::Length { .. })
        ));
        for text in ["m", "uAA==", "u+/", "uA", "u AA", "uAB"] {
            assert!(decode_base64url(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn base58_reads_what_it_writes(octets in prop::collection::vec(any::<u8>(), 0..70)) {
            prop_assert_eq!(decode_base58_vec(&encode_base58(&octets), octets.len()).unwrap(), octets);
        }

        #[test]
        fn base58_has_one_spelling(octets in any::<[u8; 34]>(), extra in 1_usize..4) {
            let text = encode_base58(&octets);
            let longer = format!("z{}{}", "1".repeat(extra), &text[1..]);
            prop_assert!(decode_base58::<34>(&longer).is_err());
        }

        #[test]
        fn base64url_reads_what_it_writes(octets in prop::collection::vec(any::<u8>(), 0..70)) {
            prop_assert_eq!(decode_base64url(&encode_base64url(&octets)).unwrap(), octets);
        }
    }
}
