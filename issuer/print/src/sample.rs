//! A credential of the shape this office prints, for the tests of every module.

use serde_json::{Value, json};

/// A credential for `name`; the signature is no real one, for nothing here checks it.
pub(crate) fn credential(name: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": "urn:uuid:5f0f7c3e-3a53-4d1c-9a55-6c0c2f9b1d2e",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {
            "id": "did:web:nc4.example",
            "type": ["Profile"],
            "name": "National Cyber Training Office"
        },
        "validFrom": "2026-10-16T06:30:05Z",
        "awardedDate": "2026-10-16T00:00:00+03:00",
        "name": "Cybersecurity Incident Response",
        "credentialSubject": {
            "id": "urn:uuid:5f0f7c3e-3a53-4d1c-9a55-6c0c2f9b1d2e#subject",
            "type": ["AchievementSubject"],
            "name": name,
            "licenseNumber": "NCTO-2026-000123",
            "term": "2026-C",
            "source": {
                "id": "https://partner.example",
                "type": ["Profile"],
                "name": "Huawei Technologies (Kenya)"
            },
            "achievement": {
                "id": "https://nc4.example/courses/incident-response",
                "type": ["Achievement"],
                "name": "Cybersecurity Incident Response",
                "description": "Six weeks of detecting, containing and reporting incidents.",
                "criteria": { "narrative": "Passed the practical and the written examination." }
            },
            "result": [{
                "type": ["Result"],
                "resultDescription": "urn:uuid:0d3fbf1c-0f4f-4a58-a31b-0a4f6b1f9f10",
                "value": "Distinction"
            }]
        },
        "credentialStatus": {
            "id": "https://nc4.example/status/1#94567",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": "https://nc4.example/status/1"
        },
        "proof": [{
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "created": "2026-10-16T06:30:05Z",
            "verificationMethod": "did:web:nc4.example#issuing-1",
            "proofPurpose": "assertionMethod",
            "proofValue": "z4yTnYxRL5K8CPRmBtDkdkcFzSxUS8FfJnoGSRVgNJmrgM1eYqFBfRj7a1c9hYmYGpQCDfJ1bVqcbJ5ZAbCdEfGh"
        }]
    })
}

/// A verification address whose payload has `digits` digits, of no particular pattern.
pub(crate) fn address(digits: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut url = String::from("https://v.nc4.example/#9");
    for _ in 1..digits.max(1) {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        url.push(char::from(b'0' + u8::try_from((state >> 33) % 10).unwrap()));
    }
    url
}
