//! The JSON-LD contexts that are known here, embedded. No other is ever loaded, from anywhere (THREATS 15, 28).

/// A context: its URL, its document, and the SHA-256 of the document.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The URL by which documents name it.
    pub url: &'static str,
    /// The document.
    pub json: &'static str,
    /// SHA-256 of the document, in hexadecimal digits: a test holds every document to it.
    pub sha256: &'static str,
}

/// Every context that is known here (`contexts/README.md` says where each is from).
pub const ALL: [Embedded; 10] = [
    Embedded {
        url: "https://www.w3.org/ns/credentials/v2",
        json: ssi_contexts::CREDENTIALS_V2,
        sha256: "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
    },
    Embedded {
        url: "https://www.w3.org/2018/credentials/v1",
        json: ssi_contexts::CREDENTIALS_V1,
        sha256: "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    },
    Embedded {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        json: include_str!("../../../contexts/ob-v3p0-context-3.0.3.json"),
        sha256: "7d565ce7159a06e19b8b07d57c80be56843d221d1b7f1aaf2f1b425660c521c3",
    },
    Embedded {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        json: include_str!("../../../contexts/ob-v3p0-context-3.0.2.json"),
        sha256: "aa108723ab0c925d0f12f95a449254a00440cc47850e3382a4164d90550c3230",
    },
    Embedded {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        json: include_str!("../../../contexts/ob-v3p0-context-3.0.1.json"),
        sha256: "93a07bf71d8a33e80cb28364fe38377c3cc662fc48859ff6d45ab5a69b90ffef",
    },
    Embedded {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        json: include_str!("../../../contexts/ob-v3p0-context.json"),
        sha256: "6a5fca54dcdce195533c27cb1b353b11edf8e43a6e6122469e35b5c1dd85c554",
    },
    Embedded {
        url: "https://w3id.org/security/data-integrity/v2",
        json: ssi_contexts::W3ID_DATA_INTEGRITY_V2,
        sha256: "0f77743daf5b4e8fc067fc5ba5b21044283053aa717fc6b0219843bed3b00363",
    },
    Embedded {
        url: "https://w3id.org/security/multikey/v1",
        json: include_str!("../../../contexts/multikey-v1.json"),
        sha256: "d404a9702898bdd86b2f5dc7474aa4ad94fd56ed8693fffef1c724dfb23317a5",
    },
    Embedded {
        url: "https://www.w3.org/ns/did/v1",
        json: ssi_contexts::DID_V1,
        sha256: "4f3eae5568c9c5f036a082088f9e192019ee06faa78973c87ff91d5421b88dad",
    },
    Embedded {
        url: "https://www.w3.org/ns/credentials/examples/v2",
        json: ssi_contexts::CREDENTIALS_EXAMPLES_V2,
        sha256: "e6600df812cdc1872f20b42ab0c1cecac39755b7ed381e7f6a88dac7baab54d6",
    },
];

/// The context with exactly this URL.
pub fn find(url: &str) -> Option<&'static Embedded> {
    ALL.iter().find(|context| context.url == url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Digest;

    #[test]
    fn every_context_is_the_one_that_was_pinned() {
        for context in ALL {
            let digest = Digest::of(context.json.as_bytes()).to_string();
            assert_eq!(digest, context.sha256, "{}", context.url);
            assert!(serde_json::from_str::<serde_json::Value>(context.json).is_ok());
        }
        assert!(find("https://www.w3.org/ns/credentials/v2 ").is_none());
        assert!(find("http://www.w3.org/ns/credentials/v2").is_none());
    }
}
