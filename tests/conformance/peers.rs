//! What we wrote ourselves against what others wrote: JCS and base58btc, on values made at random.

use cheti_shared::canon::jcs;
use cheti_shared::{json, multibase};
use proptest::prelude::*;
use serde_json::Value;

fn any_json() -> impl Strategy<Value = Value> {
    let double = any::<u64>().prop_map(f64::from_bits);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53) + 1..1 << 53).prop_map(Value::from),
        double
            .prop_filter("JSON has no infinity", |double| double.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\u{0}-\u{7f}]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let name = prop_oneof![
            any::<String>(),
            "[\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}a]{0,3}"
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn jcs_is_what_another_implementation_writes(value in any_json()) {
        let theirs = serde_json_canonicalizer::to_vec(&value).unwrap();
        let ours = jcs::canonicalize(&value);
        prop_assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
    }

    #[test]
    fn what_jcs_wrote_the_strict_reader_reads(value in any_json()) {
        let octets = jcs::canonicalize(&value);
        // Integral doubles beyond 2^53 are written without an exponent, which the strict reader refuses by design.
        if let Ok(read) = json::parse(&octets) {
            prop_assert_eq!(jcs::canonicalize(&read), octets);
        } else {
            let text = String::from_utf8(octets).unwrap();
            let long = text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 16);
            prop_assert!(long, "{}", text);
        }
    }

    #[test]
    fn base58_is_what_another_implementation_writes(octets in any::<[u8; 64]>(), zeros in 0_usize..4) {
        let mut octets = octets;
        octets[..zeros].fill(0);
        let theirs = format!("z{}", bs58::encode(octets).into_string());
        prop_assert_eq!(&multibase::encode_base58(&octets), &theirs);
        prop_assert_eq!(multibase::decode_base58::<64>(&theirs).unwrap(), octets);
    }

    #[test]
    fn base58_texts_mean_the_same_to_another_implementation(text in "[1-9A-HJ-NP-Za-km-z]{1,50}") {
        let theirs = bs58::decode(&text).into_vec().unwrap();
        let ours = multibase::decode_base58::<34>(&format!("z{text}"));
        prop_assert_eq!(ours.ok().map(Vec::from), Some(theirs).filter(|octets| octets.len() == 34));
    }
}
