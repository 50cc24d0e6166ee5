//! No single changed bit or digit is accepted.

use super::*;

/// Every single-bit flip of the payload is refused, by exhaustion.
#[test]
fn every_flipped_bit_of_a_code_is_refused() {
    let world = World::default();
    let evidence = evidence(&world);
    let payload = digits::decode(digits::find(&world.code(NAME)).unwrap()).unwrap();
    for bit in 0..payload.len() * 8 {
        let mut flipped = payload.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let text = format!("9{}", digits::encode(&flipped));
        let report = verify(
            &Presented::code(&text),
            &evidence,
            &Policy::default(),
            at(NOW),
        );
        assert_ne!(report.verdict, Verdict::Valid, "bit {bit}");
        assert_eq!(report.signed, None, "bit {bit}");
    }
}

/// Every single-bit flip of the JSON is refused, by exhaustion, but for one that makes one of the two proofs a proof of a
/// suite that is not known: the other proof still vouches for the same document.
#[test]
fn every_flipped_bit_of_the_json_is_refused() {
    let world = World::default();
    let (evidence, bytes) = (evidence(&world), world.certificate(NAME));
    let signed = judge(&world, &Presented::json(&bytes), NOW).document;
    let text = String::from_utf8(bytes.clone()).unwrap();
    let names = ["eddsa-rdfc-2022", "eddsa-jcs-2022", "DataIntegrityProof"];
    let places: Vec<_> = names
        .iter()
        .flat_map(|name| text.match_indices(name))
        .map(|(at, name)| at..at + name.len())
        .collect();
    let mut by_one_proof = 0;
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let report = verify(
            &Presented::json(&flipped),
            &evidence,
            &Policy::default(),
            at(NOW),
        );
        if report.verdict == Verdict::Valid {
            assert!(
                places.iter().any(|place| place.contains(&(bit / 8))),
                "bit {bit}"
            );
            assert_eq!(report.document, signed, "bit {bit}");
            let unknown = |proof: &&crate::checks::proof::ProofResult| {
                proof.outcome.code() == Some("unknown_suite")
            };
            assert_eq!(report.proofs.iter().filter(unknown).count(), 1, "bit {bit}");
            by_one_proof += 1;
        } else {
            assert_eq!(report.signed, None, "bit {bit}");
        }
    }
    assert!(by_one_proof > 0);
}

proptest! {
    #[test]
    fn a_changed_digit_is_refused(place in 0_usize..330, digit in 0_u8..10) {
        let world = World::default();
        let code = world.code(NAME);
        let start = code.len() - digits::find(&code).unwrap().len();
        let mut bytes = code.clone().into_bytes();
        let place = start + place % (bytes.len() - start);
        prop_assume!(bytes[place] != b'0' + digit);
        bytes[place] = b'0' + digit;
        let changed = String::from_utf8(bytes).unwrap();
        let report = judge(&world, &Presented::code(&changed), NOW);
        prop_assert_ne!(report.verdict, Verdict::Valid);
        prop_assert_eq!(report.signed, None);
    }

    #[test]
    fn any_text_gets_a_report_and_the_same_one_twice(text in "\\PC{0,200}", digits in "9[0-9]{0,400}") {
        let world = World::default();
        for presented in [Presented::code(&text), Presented::code(&digits), Presented::json(text.as_bytes()), Presented::image([text.as_str()])] {
            let report = judge(&world, &presented, NOW);
            prop_assert_ne!(report.verdict, Verdict::Valid);
            prop_assert_eq!(report, judge(&world, &presented, NOW));
        }
    }
}
