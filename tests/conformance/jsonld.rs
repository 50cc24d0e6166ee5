//! JSON-LD in safe mode and RDFC-1.0 as the peers have them: 213 documents, and what `jsonld` (npm) makes of each.

use cheti_shared::canon::{jsonld, rdfc};
use serde_json::{Value, json};

use crate::vectors;

const VC2: &str = "https://www.w3.org/ns/credentials/v2";

fn ours(document: &Value) -> Result<Vec<String>, String> {
    let document = document.as_object().unwrap();
    let dataset = jsonld::to_dataset(document).map_err(|error| error.to_string())?;
    let octets = rdfc::canonicalize(&dataset).map_err(|error| error.to_string())?;
    let text = String::from_utf8(octets).unwrap();
    Ok(text.lines().map(str::to_owned).collect())
}

/// How ours and theirs differ, in a word; `None` when they do not.
fn difference(case: &Value) -> Option<&'static str> {
    let theirs: Option<Vec<String>> = case["nquads"].as_array().map(|lines| {
        let line = |line: &Value| line.as_str().unwrap().to_owned();
        lines.iter().map(line).collect()
    });
    match (ours(&case["document"]), theirs) {
        (Ok(ours), Some(theirs)) if ours == theirs => None,
        (Err(_), None) => None,
        (Ok(_), None) => Some("accepted"),
        (Err(_), Some(_)) => Some("refused"),
        (Ok(mut ours), Some(mut theirs)) => {
            ours.sort();
            theirs.sort();
            Some(if ours == theirs {
                "order"
            } else {
                "statements"
            })
        }
    }
}

#[test]
fn documents_mean_what_they_mean_to_the_peers() {
    let file = vectors("jsonld-cases.json");
    let divergences = vectors("jsonld-divergences.json");
    let known = |name: &Value| {
        let found = divergences
            .as_array()
            .unwrap()
            .iter()
            .find(|divergence| &divergence["name"] == name);
        found.map(|divergence| divergence["ours"].as_str().unwrap())
    };
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 200);
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| difference(case) != known(&case["name"]))
        .map(|case| {
            format!(
                "{}: {:?}, {:?}",
                case["name"],
                difference(case),
                ours(&case["document"])
            )
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

/// What makes the expanding library panic, or lose a part in silence: each is refused before it gets there.
#[test]
fn structures_that_would_be_lost_are_refused() {
    let claims = |container: Value| json!({"c": {"@id": "x:c", "@container": container}});
    for document in [
        json!({"@list": [], "name": "lost"}),
        json!({"@context": VC2, "type": "VerifiablePresentation", "verifiableCredential": {"@list": [{"id": "urn:a:b"}]}}),
        json!({"@context": VC2, "type": "VerifiablePresentation", "verifiableCredential": {"@set": [{"id": "urn:a:b"}]}}),
        json!({"@context": VC2, "type": "VerifiablePresentation", "verifiableCredential": [{
            "type": "VerifiableCredential", "issuer": "urn:a:b", "proof": {"@set": [{"id": "urn:a:b"}]}}]}),
        json!({"@context": claims(json!("@graph")), "c": {"@list": {"@id": [1]}}}),
        json!({"@context": claims(json!(["@graph", "@index"])), "c": {"a": {"@set": [{"@id": "urn:a:b"}]}}}),
        json!({"@context": VC2, "id": "urn:a:b", "@included": {"@set": [{"id": "urn:a:c"}]}}),
        json!({"@context": VC2, "type": "VerifiableCredential", "issuer": "urn:a:b", "@none": {"name": "lost"}}),
        json!({"@context": [VC2, {"c": "@none"}], "type": "VerifiableCredential", "issuer": "urn:a:b", "c": "lost"}),
        json!({"@context": [VC2, {"c": {"@id": "@index"}}], "type": "VerifiableCredential", "issuer": "urn:a:b", "c": "lost"}),
        json!({"@context": VC2}),
    ] {
        assert!(ours(&document).is_err(), "{document}");
    }
    let map = json!({"@context": claims(json!("@language")), "@id": "x:y", "c": {"en": "a", "@none": "b"}});
    assert_eq!(ours(&map).unwrap().len(), 2);
}
