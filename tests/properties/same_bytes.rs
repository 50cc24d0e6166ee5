//! One certificate, several forms: JSON and printed code are the same document and the same signature.

use cheti_shared::canon::jcs;
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::qr::payload::{self, Payload};
use cheti_shared::qr::template::Template;
use cheti_tests::sample;
use proptest::prelude::*;

/// Names as a roster may hold them: letters of any script, apostrophes, braces, quotes; at most 120 octets.
fn any_name() -> impl Strategy<Value = String> {
    let name = "[\\p{L}\\p{M} '’ʼ.\"\\\\{}<>&/-]{1,60}";
    name.prop_filter("fits the field", |name| name.len() <= 120)
}

proptest! {
    #[test]
    fn the_code_rebuilds_the_json_byte_for_byte(name in any_name(), number in 0_usize..1_000_000) {
        let form = sample::form(&sample::course());
        let signed = sample::signed(&form, &name, number);
        let credential = SignedCredential::parse(&signed).unwrap();
        let octets = payload::encode(form.template(), credential.document()).unwrap();
        let text = payload::url(sample::CODE_BASE, &octets);
        // The verifier knows the template only as published.
        let published = Template::parse(&serde_json::to_vec(&form.template().to_json()).unwrap()).unwrap();
        let rebuilt = Payload::from_text(&text).unwrap().rebuild(&published).unwrap();
        let carried = payload::carried(credential.document()).into_owned();
        prop_assert_eq!(jcs::canonicalize(&rebuilt.into()), jcs::canonicalize(&carried.into()));
    }

    #[test]
    fn signing_again_gives_the_same_bytes(number in 0_usize..1_000) {
        let form = sample::form(&sample::course());
        let name = "Mũthoni Kĩmani";
        prop_assert_eq!(sample::signed(&form, name, number), sample::signed(&form, name, number));
    }
}
