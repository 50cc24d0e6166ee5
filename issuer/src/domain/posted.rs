//! A credential as a program posts it: what is filled in, and what it must keep to before anything is signed.

use cheti_shared::canon::jcs;
use cheti_shared::credential::envelope::{EnvelopeError, SignedCredential};
use cheti_shared::credential::lint::{self, Finding};
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::ids::{CredentialId, Digest, ListNumber, StatusIndex};
use cheti_shared::key::SecretKey;
use cheti_shared::proof::{ProofError, ProofOptions, eddsa_rdfc_2022};
use cheti_shared::status::entry::Purpose;
use cheti_shared::time::Timestamp;
use serde_json::{Map, Value, json};

use super::direct::{Origin, Proofs};
use super::organisation::Organisation;

/// What a VCDM 1.1 document needs for proofs and for its status; [`lint::CREDENTIALS_V2`] defines it all by itself.
const DATA_INTEGRITY_V2: &str = "https://w3id.org/security/data-integrity/v2";

/// A completed credential that keeps to the rules of what is issued (VCDM 2.0 and 1.1, Open Badges 3.0, JSON-LD).
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    document: Map<String, Value>,
    id: String,
    proofs: Proofs,
}

/// Which proofs a program asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wish {
    /// As the specifications want it: an array of both on a badge, else one by `eddsa-rdfc-2022`.
    #[default]
    Usual,
    /// One by `eddsa-rdfc-2022`; an array of both on a badge.
    Rdfc,
    /// One by `eddsa-jcs-2022`; an array of both on a badge.
    Jcs,
    /// An array of both.
    Set,
}

/// Why a posted credential is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It breaks rules.
    #[error("the credential breaks {} of the rules", .0.len())]
    Rules(Vec<Finding>),
    /// It has no meaning that a signature could cover: JSON-LD in safe mode, RDFC-1.0 within its bounds.
    #[error(transparent)]
    Meaning(#[from] ProofError),
    /// Signed, it would be beyond what verifiers read.
    #[error("signed, the credential would be beyond what verifiers read")]
    Beyond(#[from] EnvelopeError),
}

impl Posted {
    /// Fill in `id` (the given one) and `issuer` where they are absent, and what VCDM 1.1 needs for proofs; then check every
    /// rule (V1-V10, O1-O6) and that the whole of it can be signed.
    ///
    /// A present issuer must be `organisation`. Nothing else is made up: `validFrom` stays absent where it is.
    pub fn complete(
        mut document: Map<String, Value>,
        organisation: &Organisation,
        fresh: CredentialId,
        wish: Wish,
    ) -> Result<Self, Refused> {
        let version_1 = lint::is_version_1(&document);
        let badge = lint::is_open_badge(&document);
        let fresh_id = || fresh.urn().into();
        document.entry("id").or_insert_with(fresh_id);
        let us = || match badge {
            true => {
                json!({"id": organisation.did, "type": ["Profile"], "name": organisation.name})
            }
            false => organisation.did.clone().into(),
        };
        document.entry("issuer").or_insert_with(us);
        if version_1 {
            add_contexts(&mut document);
        }
        let mut findings = lint::lint_to_issue(&document);
        findings.extend(own_rules(&document, organisation));
        if !findings.is_empty() {
            return Err(Refused::Rules(findings));
        }
        eddsa_rdfc_2022::transform(&document)?;
        let id = document.get("id").and_then(Value::as_str);
        Ok(Self {
            id: id.unwrap_or_default().to_owned(),
            proofs: wish.proofs(badge),
            document,
        })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How it is to be secured.
    pub fn proofs(&self) -> Proofs {
        self.proofs
    }

    /// What people read on it.
    pub fn facts(&self) -> Facts {
        Facts::of(&self.document)
    }

    /// A member of its top level.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    /// By which a later request is known for the same; `document` is what will be signed.
    pub fn origin(&self, document: &Map<String, Value>) -> Origin {
        let asked = json!({"credential": self.document, "proofs": self.proofs});
        Origin {
            asked: Digest::tagged("cheti/direct/1", &jcs::canonicalize(&asked)),
            document: Digest::of(&jcs::canonicalize_without(document, "proof")),
        }
    }

    /// The document as posted and completed.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// The document to be signed: with a place in a list of `organisation`'s, beside the status entries it has.
    ///
    /// An entry that names one of these lists is refused: only the issuer gives out places.
    pub fn with_status(
        &self,
        organisation: &Organisation,
        place: (ListNumber, StatusIndex),
    ) -> Result<Map<String, Value>, Refused> {
        let base = organisation.status_base();
        let entry = status_entry(&base, place);
        let mut document = self.document.clone();
        let refuse = |what| {
            let (rule, pointer) = ("B1", "/credentialStatus".to_owned());
            Refused::Rules(vec![Finding {
                rule,
                pointer,
                what,
            }])
        };
        let status = match document.remove("credentialStatus") {
            None => entry,
            Some(_) if lint::is_open_badge(&self.document) => {
                return Err(refuse(
                    "must be absent: a badge has one status entry, which the issuer adds",
                ));
            }
            Some(present) => {
                let mut entries = match present {
                    Value::Array(entries) => entries,
                    one => vec![one],
                };
                if entries.iter().any(|entry| names_a_list_of(&base, entry)) {
                    return Err(refuse(
                        "names a status list of this issuer, which gives out its places itself",
                    ));
                }
                entries.push(entry);
                Value::Array(entries)
            }
        };
        document.insert("credentialStatus".to_owned(), status);
        Ok(document)
    }

    /// Sign with a key of no meaning and read the result, so that nothing can fail once the plan is saved.
    pub fn rehearse(
        &self,
        organisation: &Organisation,
        seed: &[u8; 32],
        key: &str,
        created: Timestamp,
    ) -> Result<(), Refused> {
        let longest = (ListNumber(u32::MAX), StatusIndex(u32::MAX));
        let options = ProofOptions {
            created,
            verification_method: key.to_owned(),
        };
        let document = self.with_status(organisation, longest)?;
        let stand_in = SecretKey::from_seed(seed);
        let secured = self.proofs.secure(document, &options, &stand_in)?;
        SignedCredential::parse(&jcs::canonicalize(&Value::Object(secured)))?;
        Ok(())
    }
}

impl Wish {
    fn proofs(self, badge: bool) -> Proofs {
        match self {
            Self::Set => Proofs::Set,
            _ if badge => Proofs::Set,
            Self::Usual | Self::Rdfc => Proofs::Rdfc,
            Self::Jcs => Proofs::Jcs,
        }
    }
}

/// What this issuer demands beyond the specifications.
fn own_rules(document: &Map<String, Value>, organisation: &Organisation) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |rule, pointer: &str, what| {
        let pointer = pointer.to_owned();
        findings.push(Finding {
            rule,
            pointer,
            what,
        });
    };
    let (issuer, place) = match document.get("issuer") {
        Some(Value::Object(profile)) => (profile.get("id"), "/issuer/id"),
        other => (other, "/issuer"),
    };
    if issuer
        .and_then(Value::as_str)
        .is_some_and(|id| id != organisation.did)
    {
        add(
            "V6",
            place,
            "must be this issuer's own identifier, or be absent",
        );
    }
    let types = document.get("type").map(ToString::to_string);
    if types.is_some_and(|types| types.contains("\"BitstringStatusListCredential\"")) {
        let what = "must not be a status list: those are signed by the status key alone";
        add("B5", "/type", what);
    }
    if document.contains_key("proof") {
        add(
            "D1",
            "/proof",
            "must be absent: the issuer makes the proofs",
        );
    }
    findings
}

fn status_entry(base: &str, (list, index): (ListNumber, StatusIndex)) -> Value {
    let list = format!("{base}{list}");
    json!({
        "id": format!("{list}#{index}"),
        "type": "BitstringStatusListEntry",
        "statusPurpose": Purpose::Revocation.name(),
        "statusListIndex": index.to_string(),
        "statusListCredential": list,
    })
}

fn names_a_list_of(base: &str, entry: &Value) -> bool {
    let names = ["id", "statusListCredential"].map(|name| entry.get(name));
    let mut texts = names.into_iter().flatten().filter_map(Value::as_str);
    texts.any(|url| url.starts_with(base))
}

/// VCDM 1.1 knows neither Data Integrity proofs nor Bitstring Status Lists: append what defines them, once.
fn add_contexts(document: &mut Map<String, Value>) {
    let Some(Value::Array(contexts)) = document.get_mut("@context") else {
        return;
    };
    for context in [json!(DATA_INTEGRITY_V2), status_terms()] {
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
}

/// The terms of a status entry, as the context of VCDM 2.0 defines them.
fn status_terms() -> Value {
    const STATUS: &str = "https://www.w3.org/ns/credentials/status#";
    json!({
        "BitstringStatusListEntry": {
            "@id": format!("{STATUS}BitstringStatusListEntry"),
            "@context": {
                "@protected": true,
                "id": "@id",
                "type": "@type",
                "statusListCredential": {"@id": format!("{STATUS}statusListCredential"), "@type": "@id"},
                "statusListIndex": format!("{STATUS}statusListIndex"),
                "statusPurpose": format!("{STATUS}statusPurpose"),
            },
        },
    })
}

#[cfg(test)]
mod tests;
