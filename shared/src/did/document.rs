//! DID documents (Controlled Identifiers 1.0): which keys speak for an identifier, and for what.

use serde_json::{Map, Value, json};

use super::DidError;
use crate::key::PublicKey;
use crate::time::Timestamp;

/// One key of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationMethod {
    /// The key's DID URL: the document's id, `#`, a fragment.
    pub id: String,
    /// The key.
    pub key: PublicKey,
    /// From when on it makes no new valid proofs (C2).
    pub revoked: Option<Timestamp>,
    /// Until when it may be used (C2).
    pub expires: Option<Timestamp>,
}

/// A DID document: an identifier, its keys, and which of them may assert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    /// The identifier.
    pub id: String,
    /// Its Ed25519 keys; keys of other kinds are passed over when reading.
    pub methods: Vec<VerificationMethod>,
    /// The ids of the methods that may sign credentials (D2).
    pub assertion_method: Vec<String>,
}

impl DidDocument {
    /// The method with this id, when it stands under `assertionMethod` (D2, C3).
    pub fn assertion_key(&self, id: &str) -> Option<&VerificationMethod> {
        let allowed = self.assertion_method.iter().any(|method| method == id);
        self.methods
            .iter()
            .find(|method| allowed && method.id == id)
    }

    /// The document as it is published.
    pub fn to_json(&self) -> Value {
        let methods: Vec<Value> = self
            .methods
            .iter()
            .map(|method| self.method_to_json(method))
            .collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.id,
            "verificationMethod": methods,
            "assertionMethod": self.assertion_method,
            "authentication": self.assertion_method,
        })
    }

    fn method_to_json(&self, method: &VerificationMethod) -> Value {
        let mut members = Map::new();
        members.insert("id".to_owned(), method.id.clone().into());
        members.insert("type".to_owned(), "Multikey".into());
        members.insert("controller".to_owned(), self.id.clone().into());
        members.insert(
            "publicKeyMultibase".to_owned(),
            method.key.to_multikey().into(),
        );
        for (name, time) in [("revoked", method.revoked), ("expires", method.expires)] {
            if let Some(time) = time {
                members.insert(name.to_owned(), time.to_string().into());
            }
        }
        Value::Object(members)
    }

    /// Read a document that must describe `id` (C1, W1). Twice the same method id is refused (C4).
    pub fn from_json(value: &Value, id: &str) -> Result<Self, DidError> {
        let refuse = |what| DidError::Document {
            id: id.chars().take(120).collect(),
            what,
        };
        if value.get("id").and_then(Value::as_str) != Some(id) {
            return Err(refuse("its id is another"));
        }
        let methods = value.get("verificationMethod").and_then(Value::as_array);
        let mut read = Vec::new();
        for method in methods.map(Vec::as_slice).unwrap_or_default() {
            read.extend(method_from_json(method, id).map_err(refuse)?);
        }
        for (i, method) in read.iter().enumerate() {
            if read.iter().take(i).any(|earlier| earlier.id == method.id) {
                return Err(refuse("two keys have the same id"));
            }
        }
        let assertion_method = value.get("assertionMethod").and_then(Value::as_array);
        let mut allowed = Vec::new();
        for reference in assertion_method.map(Vec::as_slice).unwrap_or_default() {
            match reference {
                Value::String(reference) => allowed.push(absolute(reference, id)),
                embedded => {
                    let method = method_from_json(embedded, id).map_err(refuse)?;
                    allowed.extend(method.iter().map(|method| method.id.clone()));
                    read.extend(method);
                }
            }
        }
        Ok(Self {
            id: id.to_owned(),
            methods: read,
            assertion_method: allowed,
        })
    }
}

/// A relative DID URL made absolute (W3).
fn absolute(reference: &str, id: &str) -> String {
    match reference.starts_with('#') {
        true => format!("{id}{reference}"),
        false => reference.to_owned(),
    }
}

/// `None` for a key of a kind that is not used here.
fn method_from_json(value: &Value, id: &str) -> Result<Option<VerificationMethod>, &'static str> {
    let text = |name| value.get(name).and_then(Value::as_str);
    let method_id = absolute(text("id").ok_or("a key has no id")?, id);
    if text("controller") != Some(id) {
        return Err("a key has another controller");
    }
    let Some(multikey) = text("publicKeyMultibase").filter(|_| text("type") == Some("Multikey"))
    else {
        return Ok(None);
    };
    let Ok(key) = PublicKey::from_multikey(multikey) else {
        return Ok(None);
    };
    let time = |name| match value.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| "a key's date is malformed"),
        Some(_) => Err("a key's date is malformed"),
    };
    Ok(Some(VerificationMethod {
        id: method_id,
        key,
        revoked: time("revoked")?,
        expires: time("expires")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{SecretKey, Signer as _};

    fn sample() -> DidDocument {
        let method = |n: u8| VerificationMethod {
            id: format!("did:web:nc4.example#key-{n}"),
            key: SecretKey::from_seed(&[n; 32]).public_key(),
            revoked: (n == 1).then(|| "2026-01-01T00:00:00Z".parse().unwrap()),
            expires: None,
        };
        DidDocument {
            id: "did:web:nc4.example".to_owned(),
            methods: vec![method(1), method(2), method(3)],
            assertion_method: vec![
                "did:web:nc4.example#key-1".to_owned(),
                "did:web:nc4.example#key-2".to_owned(),
            ],
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let document = sample();
        assert_eq!(
            DidDocument::from_json(&document.to_json(), &document.id),
            Ok(document)
        );
    }

    #[test]
    fn only_keys_under_assertion_method_may_assert() {
        let document = sample();
        assert!(
            document
                .assertion_key("did:web:nc4.example#key-2")
                .is_some()
        );
        assert!(
            document
                .assertion_key("did:web:nc4.example#key-3")
                .is_none()
        );
        assert!(document.assertion_key("#key-2").is_none());
    }

    #[test]
    fn foreign_and_doubled_keys_are_refused() {
        let good = sample().to_json();
        for (pointer, value) in [
            ("/id", json!("did:web:nc4.example.evil")),
            (
                "/verificationMethod/0/controller",
                json!("did:web:evil.example"),
            ),
            (
                "/verificationMethod/1/id",
                json!("did:web:nc4.example#key-1"),
            ),
            ("/verificationMethod/0/revoked", json!("yesterday")),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(
                DidDocument::from_json(&bad, "did:web:nc4.example").is_err(),
                "{pointer}"
            );
        }
    }
}
