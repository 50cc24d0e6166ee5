//! JSON Canonicalization Scheme (RFC 8785): the octets that an `eddsa-jcs-2022` proof and every digest are made over.
//!
//! Members are sorted by UTF-16 code units, strings are escaped in the one way §3.2.2.2 gives, and numbers are written
//! as ECMAScript writes a double. Text is not normalised (§3.1).

use serde_json::{Map, Number, Value};

/// The canonical octets of `value`.
///
/// Never fails: what RFC 8785 cannot express (NaN, lone surrogates) a [`Value`] cannot hold, and integers beyond 2^53
/// are written as the double they round to, as the RFC demands. [`crate::json::parse`] refuses them before they get
/// here. Recursion is as deep as the value, which the parser bounds.
pub fn canonicalize(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(2_048);
    write_value(&mut out, value);
    out
}

/// The canonical octets of the object with these members, leaving out the member named `without`.
pub fn canonicalize_without(members: &Map<String, Value>, without: &str) -> Vec<u8> {
    canonicalize_members(members.iter().filter(|(name, _)| *name != without))
}

/// The canonical octets of the object with these members, in whatever order they come.
pub fn canonicalize_members<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(2_048);
    out.push(b'{');
    write_unsorted(&mut out, members.collect());
    out.push(b'}');
    out
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => write_array(out, items),
        Value::Object(members) => write_members(out, members),
    }
}

fn write_array(out: &mut Vec<u8>, items: &[Value]) {
    out.push(b'[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_value(out, item);
    }
    out.push(b']');
}

fn write_members(out: &mut Vec<u8>, members: &Map<String, Value>) {
    out.push(b'{');
    // A JSON map may arrive in any order, whatever features of serde_json the build switched on.
    match members
        .keys()
        .is_sorted_by(|a, b| utf16_order(a, b).is_le())
    {
        true => write_sorted(out, members.iter()),
        false => write_unsorted(out, members.iter().collect()),
    }
    out.push(b'}');
}

fn write_unsorted(out: &mut Vec<u8>, mut members: Vec<(&String, &Value)>) {
    members.sort_unstable_by(|(a, _), (b, _)| utf16_order(a, b));
    write_sorted(out, members.into_iter());
}

fn write_sorted<'a>(out: &mut Vec<u8>, members: impl Iterator<Item = (&'a String, &'a Value)>) {
    for (i, (name, value)) in members.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        write_value(out, value);
    }
}

/// UTF-16 order differs from UTF-8 order only where a character beyond U+FFFF meets one from U+E000 to U+FFFF.
fn utf16_order(a: &str, b: &str) -> std::cmp::Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_string_content(out, text);
    out.push(b'"');
}

/// What stands between the quotes of a canonical string (RFC 8785 §3.2.2.2).
pub(crate) fn write_string_content(out: &mut Vec<u8>, text: &str) {
    // Most strings need no escape at all; whole blocks are looked at because the compiler then compares them at once.
    for block in text.as_bytes().chunks(32) {
        match block
            .iter()
            .fold(false, |found, &byte| found | is_escaped(byte))
        {
            false => out.extend_from_slice(block),
            true => block.iter().for_each(|&byte| write_byte(out, byte)),
        }
    }
}

fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

fn write_byte(out: &mut Vec<u8>, byte: u8) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\n' => out.extend_from_slice(b"\\n"),
        0x0c => out.extend_from_slice(b"\\f"),
        b'\r' => out.extend_from_slice(b"\\r"),
        control if control < 0x20 => {
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
            out.extend_from_slice(b"\\u00");
            out.extend([digit(control >> 4), digit(control & 15)]);
        }
        clean => out.push(clean),
    }
}

fn write_number(out: &mut Vec<u8>, number: &Number) {
    const SAFE: u64 = (1 << 53) - 1;
    match number.as_i64() {
        Some(integer) if integer.unsigned_abs() <= SAFE => {
            out.extend_from_slice(integer.to_string().as_bytes());
        }
        // Where no fraction is read, none gets here; what would is not what was signed.
        _ if cfg!(not(feature = "documents")) => out.extend_from_slice(b"null"),
        _ => {
            // Finite by construction: a JSON number holds no infinity and no NaN.
            let double = number.as_f64().unwrap_or_default();
            out.extend_from_slice(ryu_js::Buffer::new().format_finite(double).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::json;

    fn text(input: &str) -> String {
        String::from_utf8(canonicalize(&json::parse(input.as_bytes()).unwrap())).unwrap()
    }

    #[test]
    fn members_sort_by_utf16_code_unit() {
        // RFC 8785 §3.2.3: the order that distinguishes UTF-16 from UTF-8 and from code points.
        let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let names: Vec<String> = text(input)
            .split("\":\"")
            .map(|part| part.rsplit('"').next().unwrap().to_owned())
            .collect();
        assert_eq!(
            names[..7],
            ["\\r", "1", "\u{80}", "ö", "€", "😀", "\u{fb33}"].map(str::to_owned)
        );
    }

    #[test]
    fn rfc8785_sample_with_numbers_strings_and_literals() {
        let input = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let wanted = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        assert_eq!(text(input), wanted);
    }

    #[test]
    fn rfc8785_appendix_b_numbers() {
        for (bits, wanted) in [
            (0x0000000000000000_u64, "0"),
            (0x8000000000000000, "0"),
            (0x0000000000000001, "5e-324"),
            (0x8000000000000001, "-5e-324"),
            (0x7fefffffffffffff, "1.7976931348623157e+308"),
            (0xffefffffffffffff, "-1.7976931348623157e+308"),
            (0x4340000000000000, "9007199254740992"),
            (0xc340000000000000, "-9007199254740992"),
            (0x4430000000000000, "295147905179352830000"),
            (0x44b52d02c7e14af5, "9.999999999999997e+22"),
            (0x44b52d02c7e14af6, "1e+23"),
            (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
            (0x444b1ae4d6e2ef4e, "999999999999999700000"),
            (0x444b1ae4d6e2ef4f, "999999999999999900000"),
            (0x444b1ae4d6e2ef50, "1e+21"),
            (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
            (0x3eb0c6f7a0b5ed8d, "0.000001"),
            (0x41b3de4355555553, "333333333.3333332"),
            (0x41b3de4355555554, "333333333.33333325"),
            (0x41b3de4355555555, "333333333.3333333"),
            (0x41b3de4355555556, "333333333.3333334"),
            (0x41b3de4355555557, "333333333.33333343"),
            (0xbecbf647612f3696, "-0.0000033333333333333333"),
            (0x43143ff3c1cb0959, "1424953923781206.2"),
        ] {
            let value = Value::from(f64::from_bits(bits));
            assert_eq!(
                String::from_utf8(canonicalize(&value)).unwrap(),
                wanted,
                "{bits:x}"
            );
        }
    }

    #[test]
    fn a_member_can_be_left_out() {
        let value = json!({"b": 1, "proof": {"x": 2}, "a": [{"proof": 3}]});
        let octets = canonicalize_without(value.as_object().unwrap(), "proof");
        assert_eq!(octets, br#"{"a":[{"proof":3}],"b":1}"#);
    }

    fn arbitrary_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(1_i64 << 53) + 1..1 << 53).prop_map(Value::from),
            any::<f64>()
                .prop_filter("finite", |f| f.is_finite())
                .prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_octets_are_a_fixed_point(value in arbitrary_json()) {
            let once = canonicalize(&value);
            let again = canonicalize(&serde_json::from_slice(&once).unwrap());
            prop_assert_eq!(String::from_utf8(once), String::from_utf8(again));
        }

        #[test]
        fn strings_come_back(text in any::<String>()) {
            let octets = canonicalize(&Value::from(text.clone()));
            prop_assert_eq!(serde_json::from_slice::<String>(&octets).unwrap(), text);
        }
    }
}
