//! How one field of a payload is written: a closed list of codecs (QR.md, Field codecs).
//!
//! Every codec goes between a **text form**, as the credential writes the value, and octets. Both ways have exactly one
//! spelling: what is decoded encodes to the same octets.

use serde_json::Value;

use crate::ids::{CredentialId, from_hex};
use crate::key::Signature;
use crate::limits::TEXT_FIELD_BYTES;
use crate::time::{Date, QR_EPOCH, Timestamp};

/// The kind of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codec {
    /// 16 octets; text form as in `urn:uuid:` URLs.
    Uuid,
    /// LEB128 length and at most 120 octets of UTF-8.
    Text,
    /// Days since 2020-01-01 in two octets; text form `YYYY-MM-DD`.
    Date,
    /// Seconds since 2020-01-01T00:00:00Z in four octets; text form `YYYY-MM-DDTHH:MM:SSZ`.
    Time,
    /// Minimal LEB128, below 2^32; text form without leading zeros.
    Uint,
    /// A zero-padded decimal number of this many digits (1 to 9), written as `Uint`.
    Num(u8),
    /// One of these texts, written as its index.
    Enum(Vec<String>),
    /// This many octets; text form lower-case hexadecimal.
    Hex(u8),
    /// The 64 octets of the signature; text form multibase base58btc.
    Sig,
}

/// Why a value does not fit its field, or octets are no value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The payload ends before the field does.
    #[error("the code ends too early")]
    Truncated,
    /// The value is not what the field holds.
    #[error("\"{value}\" is not {wanted}")]
    Value {
        /// The value, shortened.
        value: String,
        /// What the field holds.
        wanted: &'static str,
    },
    /// A text longer than the field holds.
    #[error("the text has {octets} bytes, at most {TEXT_FIELD_BYTES} fit")]
    TooLong {
        /// How many it has.
        octets: usize,
    },
    /// A control or bidirectional control character.
    #[error("the text holds the control character U+{0:04X}")]
    ControlCharacter(u32),
    /// Not one of the values the course allows.
    #[error("\"{value}\" is none of the allowed values")]
    NotAllowed {
        /// The value, or its index.
        value: String,
    },
    /// Octets that are UTF-8 of nothing, or a number in a longer spelling than it needs.
    #[error("the code holds octets that no certificate writes")]
    Malformed,
}

impl Codec {
    /// Append the octets of `text` to `out`.
    pub fn encode(&self, text: &str, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let refuse = |wanted| CodecError::Value {
            value: text.chars().take(60).collect(),
            wanted,
        };
        match self {
            Self::Uuid => {
                let id: Option<CredentialId> =
                    (text.len() == 36).then(|| text.parse().ok()).flatten();
                out.extend_from_slice(id.ok_or_else(|| refuse("a UUID"))?.octets());
            }
            Self::Text => {
                check_text(text)?;
                write_uint(out, u32::try_from(text.len()).unwrap_or(u32::MAX));
                out.extend_from_slice(text.as_bytes());
            }
            Self::Date => {
                let wanted = "a date from 2020-01-01 to 2199-06-06";
                let days = text.parse::<Date>().ok().and_then(Date::qr_days);
                out.extend_from_slice(&days.ok_or_else(|| refuse(wanted))?.to_be_bytes());
            }
            Self::Time => {
                let wanted = "a time from 2020-01-01T00:00:00Z to 2156-02-07T06:28:15Z";
                let time = text
                    .parse::<Timestamp>()
                    .ok()
                    .filter(|time| time.to_string() == text);
                let seconds =
                    time.and_then(|time| u32::try_from(time.seconds_since(QR_EPOCH)).ok());
                out.extend_from_slice(&seconds.ok_or_else(|| refuse(wanted))?.to_be_bytes());
            }
            Self::Uint => {
                let number = text
                    .parse::<u32>()
                    .ok()
                    .filter(|number| number.to_string() == text);
                write_uint(
                    out,
                    number.ok_or_else(|| refuse("a whole number below 2^32"))?,
                );
            }
            Self::Num(width) => {
                let fits =
                    text.len() == usize::from(*width) && text.bytes().all(|c| c.is_ascii_digit());
                let number = fits.then(|| text.parse::<u32>().ok()).flatten();
                write_uint(
                    out,
                    number.ok_or_else(|| refuse("a number of exactly the field's digits"))?,
                );
            }
            Self::Enum(allowed) => {
                let index = allowed.iter().position(|one| one == text);
                let index = index.and_then(|index| u32::try_from(index).ok());
                let value = text.chars().take(60).collect();
                write_uint(out, index.ok_or(CodecError::NotAllowed { value })?);
            }
            Self::Hex(octets) => {
                let wanted = "lower-case hexadecimal digits of the field's length";
                if text.len() != usize::from(*octets) * 2 {
                    return Err(refuse(wanted));
                }
                for pair in text.as_bytes().chunks_exact(2) {
                    out.extend_from_slice(&from_hex::<1>(pair).ok_or_else(|| refuse(wanted))?);
                }
            }
            Self::Sig => {
                let signature =
                    Signature::from_multibase(text).map_err(|_| refuse("a signature"))?;
                out.extend_from_slice(&signature.0);
            }
        }
        Ok(())
    }

    /// Take the field's octets from the front of `rest`; its text form.
    pub fn decode(&self, rest: &mut &[u8]) -> Result<String, CodecError> {
        match self {
            Self::Uuid => Ok(CredentialId::from_octets(take_array(rest)?).to_string()),
            Self::Text => {
                let length = usize::try_from(read_uint(rest)?).unwrap_or(usize::MAX);
                if length > TEXT_FIELD_BYTES {
                    return Err(CodecError::TooLong { octets: length });
                }
                let text =
                    std::str::from_utf8(take(rest, length)?).map_err(|_| CodecError::Malformed)?;
                check_text(text)?;
                Ok(text.to_owned())
            }
            Self::Date => Ok(Date::from_qr_days(u16::from_be_bytes(take_array(rest)?)).to_string()),
            Self::Time => {
                let seconds = u32::from_be_bytes(take_array(rest)?);
                Ok(QR_EPOCH.plus_seconds(i64::from(seconds)).to_string())
            }
            Self::Uint => Ok(read_uint(rest)?.to_string()),
            Self::Num(width) => {
                let text = format!("{:0width$}", read_uint(rest)?, width = usize::from(*width));
                let fits = text.len() == usize::from(*width);
                fits.then_some(text).ok_or(CodecError::Malformed)
            }
            Self::Enum(allowed) => {
                let index = read_uint(rest)?;
                let value = usize::try_from(index)
                    .ok()
                    .and_then(|index| allowed.get(index));
                value.cloned().ok_or(CodecError::NotAllowed {
                    value: index.to_string(),
                })
            }
            Self::Hex(octets) => {
                let octets = take(rest, usize::from(*octets))?;
                Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
            }
            Self::Sig => Ok(Signature(take_array(rest)?).to_multibase()),
        }
    }

    /// The codec as a template writes it, after the field's name: `"uuid"`, or `"num",6`, `"enum",[…]`, `"hex",4`.
    pub(super) fn to_json(&self) -> Vec<Value> {
        match self {
            Self::Uuid => vec!["uuid".into()],
            Self::Text => vec!["text".into()],
            Self::Date => vec!["date".into()],
            Self::Time => vec!["time".into()],
            Self::Uint => vec!["uint".into()],
            Self::Num(width) => vec!["num".into(), Value::from(*width)],
            Self::Enum(allowed) => vec!["enum".into(), Value::from(allowed.clone())],
            Self::Hex(octets) => vec!["hex".into(), Value::from(*octets)],
            Self::Sig => vec!["sig".into()],
        }
    }

    /// Read what [`Codec::to_json`] writes; `None` for anything else.
    pub(super) fn from_json(name: &str, argument: Option<&Value>) -> Option<Self> {
        let small = |value: &Value| value.as_u64().and_then(|n| u8::try_from(n).ok());
        Some(match (name, argument) {
            ("uuid", None) => Self::Uuid,
            ("text", None) => Self::Text,
            ("date", None) => Self::Date,
            ("time", None) => Self::Time,
            ("uint", None) => Self::Uint,
            ("sig", None) => Self::Sig,
            ("num", Some(width)) => {
                Self::Num(small(width).filter(|width| (1..=9).contains(width))?)
            }
            ("hex", Some(octets)) => {
                Self::Hex(small(octets).filter(|octets| (1..=64).contains(octets))?)
            }
            ("enum", Some(Value::Array(allowed))) => {
                let allowed: Option<Vec<String>> = allowed
                    .iter()
                    .map(|v| v.as_str().map(str::to_owned))
                    .collect();
                Self::Enum(allowed.filter(|allowed| !allowed.is_empty() && all_differ(allowed))?)
            }
            _ => return None,
        })
    }
}

/// No text of a certificate holds a C0 or DEL character or a bidirectional control (QR.md; THREATS 8).
fn check_text(text: &str) -> Result<(), CodecError> {
    let refused = |c: &char| matches!(c, '\0'..='\u{1f}' | '\u{7f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match text.chars().find(refused) {
        Some(c) => Err(CodecError::ControlCharacter(u32::from(c))),
        None if text.len() > TEXT_FIELD_BYTES => Err(CodecError::TooLong { octets: text.len() }),
        None => Ok(()),
    }
}

fn all_differ(texts: &[String]) -> bool {
    let mut each: Vec<&String> = texts.iter().collect();
    each.sort_unstable();
    each.dedup();
    each.len() == texts.len()
}

fn write_uint(out: &mut Vec<u8>, mut number: u32) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn read_uint(rest: &mut &[u8]) -> Result<u32, CodecError> {
    let mut number = 0_u64;
    for shift in [0, 7, 14, 21, 28] {
        let [octet] = take_array(rest)?;
        number |= u64::from(octet & 0x7f) << shift;
        if octet & 0x80 == 0 {
            let padded = shift > 0 && octet == 0;
            let number = u32::try_from(number).ok().filter(|_| !padded);
            return number.ok_or(CodecError::Malformed);
        }
    }
    Err(CodecError::Malformed)
}

fn take<'a>(rest: &mut &'a [u8], octets: usize) -> Result<&'a [u8], CodecError> {
    let (taken, after) = rest.split_at_checked(octets).ok_or(CodecError::Truncated)?;
    *rest = after;
    Ok(taken)
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], CodecError> {
    let taken = take(rest, N)?;
    taken.try_into().map_err(|_| CodecError::Truncated)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn octets(codec: &Codec, text: &str) -> Result<Vec<u8>, CodecError> {
        let mut out = Vec::new();
        codec.encode(text, &mut out).map(|()| out)
    }

    fn awards() -> Codec {
        Codec::Enum(
            ["Pass", "Credit", "Distinction"]
                .map(str::to_owned)
                .to_vec(),
        )
    }

    #[test]
    fn known_octets() {
        for (codec, text, wanted) in [
            (Codec::Text, "Wanjikũ", &b"\x08Wanjik\xc5\xa9"[..]),
            (Codec::Text, "", b"\0"),
            (Codec::Text, "{name}", b"\x06{name}"),
            (Codec::Date, "2020-01-01", b"\0\0"),
            (Codec::Date, "2026-10-16", &2_480_u16.to_be_bytes()),
            (Codec::Time, "2020-01-01T00:01:00Z", b"\0\0\0\x3c"),
            (Codec::Uint, "0", b"\0"),
            (Codec::Uint, "127", b"\x7f"),
            (Codec::Uint, "128", b"\x80\x01"),
            (Codec::Uint, "4294967295", b"\xff\xff\xff\xff\x0f"),
            (Codec::Num(6), "000300", b"\xac\x02"),
            (awards(), "Distinction", b"\x02"),
            (Codec::Hex(2), "00ff", b"\0\xff"),
            (
                Codec::Uuid,
                "00000000-0000-4000-8000-000000000001",
                b"\0\0\0\0\0\0\x40\0\x80\0\0\0\0\0\0\x01",
            ),
        ] {
            assert_eq!(
                octets(&codec, text).as_deref(),
                Ok(wanted),
                "{codec:?} {text}"
            );
            assert_eq!(
                codec.decode(&mut &wanted[..]).as_deref(),
                Ok(text),
                "{codec:?}"
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_when_written() {
        for (codec, text) in [
            (Codec::Text, "a\nb"),
            (Codec::Text, "a\u{7f}"),
            (Codec::Text, "a\u{202e}b"),
            (Codec::Text, "a\u{2069}"),
            (Codec::Date, "2019-12-31"),
            (Codec::Date, "16/10/2026"),
            (Codec::Time, "2026-10-16T09:00:00+03:00"),
            (Codec::Time, "2019-12-31T23:59:59Z"),
            (Codec::Uint, "007"),
            (Codec::Uint, "+7"),
            (Codec::Uint, "4294967296"),
            (Codec::Num(3), "12"),
            (Codec::Num(3), "1234"),
            (Codec::Num(3), "+12"),
            (awards(), "pass"),
            (Codec::Hex(2), "00FF"),
            (Codec::Hex(2), "00f"),
            (Codec::Uuid, "urn:uuid:00000000-0000-4000-8000-000000000001"),
            (Codec::Sig, "z111"),
        ] {
            assert!(octets(&codec, text).is_err(), "{codec:?} {text:?}");
        }
        assert!(octets(&Codec::Text, &"é".repeat(60)).is_ok());
        assert_eq!(
            octets(&Codec::Text, &"é".repeat(61)),
            Err(CodecError::TooLong { octets: 122 })
        );
    }

    #[test]
    fn octets_that_no_value_writes_are_refused() {
        for (codec, octets) in [
            (Codec::Text, &b"\x79"[..]),
            (Codec::Text, b"\x02a"),
            (Codec::Text, b"\x01\xff"),
            (Codec::Text, b"\x01\n"),
            (Codec::Text, b"\x81\x00a"),
            (Codec::Uint, b"\x80\x00"),
            (Codec::Uint, b"\xff\xff\xff\xff\x1f"),
            (Codec::Uint, b"\x80\x80\x80\x80\x80\x00"),
            (Codec::Uint, b"\x80"),
            (Codec::Num(2), b"\x64"),
            (awards(), b"\x03"),
            (Codec::Uuid, b"\0"),
            (Codec::Sig, &[0; 63]),
        ] {
            assert!(
                codec.decode(&mut &octets[..]).is_err(),
                "{codec:?} {octets:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn decoded_octets_encode_to_themselves(input in prop::collection::vec(any::<u8>(), 0..140)) {
            let codecs = [
                Codec::Uuid, Codec::Text, Codec::Date, Codec::Time, Codec::Uint, Codec::Num(4), awards(),
                Codec::Hex(3), Codec::Sig,
            ];
            for codec in codecs {
                let mut rest = &input[..];
                if let Ok(text) = codec.decode(&mut rest) {
                    let used = &input[..input.len() - rest.len()];
                    prop_assert_eq!(octets(&codec, &text), Ok(used.to_vec()), "{:?} {}", codec, text);
                }
            }
        }
    }
}
