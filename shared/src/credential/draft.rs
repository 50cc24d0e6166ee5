//! From values to octets to be signed: the issuer's fast path.
//!
//! A template's canonical octets are fixed but for its slots, so a [`Form`] cuts them up once per course and a
//! credential is the pieces with the values between them, each escaped as JCS escapes a string. A property test shows
//! that this gives exactly the octets of filling, then canonicalising.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::envelope::{ProofChecked, SignedCredential};
use super::lint::{self, Finding};
use super::statements::{Statements, StatementsError};
use crate::canon::jcs;
use crate::ids::Digest;
use crate::key::{PublicKey, Signer};
use crate::proof::{Proof, ProofError, Suite, eddsa_jcs_2022};
use crate::qr::template::{Template, TemplateError};

/// A template prepared for issuing many credentials.
#[derive(Clone, Debug)]
pub struct Form {
    template: Template,
    statements: Statements,
    document: Pieces,
    config: Pieces,
    whole: Pieces,
}

/// Why values cannot become a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// They do not fit the template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Its credentials cannot be signed by `eddsa-rdfc-2022`, or not with every value.
    #[error(transparent)]
    Statements(#[from] StatementsError),
    /// They cannot be signed with these values.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The credential would break rules.
    #[error("the credential would not be well formed: {}", list(.0))]
    Lint(Vec<Finding>),
}

fn list(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Values that fit their fields; nothing is promised of them together.
#[derive(Clone, Debug)]
pub struct CredentialDraft<'a> {
    form: &'a Form,
    values: Vec<String>,
}

/// A linted credential whose canonical octets are frozen: what will be signed, byte for byte.
#[derive(Clone, Debug)]
pub struct UnsignedCredential<'a> {
    form: &'a Form,
    values: Vec<String>,
    canonical: Vec<u8>,
    config_digest: [u8; 32],
}

/// The slot of the `eddsa-rdfc-2022` proof's value, which no template has; capital letters cannot stand in a slot's name.
const RDFC_SIGNATURE: &str = "RDFC";

impl Form {
    /// Prepare `template`, whose credential must bear one `eddsa-jcs-2022` proof. What is issued bears an
    /// `eddsa-rdfc-2022` proof before it.
    pub fn new(template: Template) -> Result<Self, DraftError> {
        let statements = Statements::of(&template)?;
        let credential = template.credential();
        let jcs_proof = credential.get("proof").and_then(|proofs| proofs.get(0));
        let jcs_proof = jcs_proof
            .and_then(Value::as_object)
            .ok_or(StatementsError::Proof)?;
        let config = eddsa_jcs_2022::configure(jcs_proof)?;
        let document = jcs::canonicalize_without(credential, "proof");
        let mut whole = credential.clone();
        let mut rdfc_proof = statements.proof().clone();
        rdfc_proof.insert(
            "proofValue".to_owned(),
            format!("{{{RDFC_SIGNATURE}}}").into(),
        );
        let proofs = [rdfc_proof, jcs_proof.clone()].map(Value::Object);
        whole.insert("proof".to_owned(), Value::Array(proofs.to_vec()));
        let whole = jcs::canonicalize(&Value::Object(whole));
        let names = template.fields().iter().map(|field| field.name.as_str());
        let names: Vec<&str> = names.chain([RDFC_SIGNATURE]).collect();
        let cut = |octets: &[u8]| Pieces::cut(octets, &names);
        Ok(Self {
            document: cut(&document),
            config: cut(&config),
            whole: cut(&whole),
            statements,
            template,
        })
    }

    /// Check a proof of a credential that this form made, as a stranger would, but that `eddsa-rdfc-2022` takes the form's
    /// own statements. `None` when it is by a suite not known, or the credential is another form's.
    pub fn check_proof(
        &self,
        credential: &SignedCredential,
        proof: &Proof,
        key: &PublicKey,
    ) -> Option<Result<ProofChecked, ProofError>> {
        match proof.suite() {
            Suite::EddsaRdfc2022 => {
                credential.check_proof_by(&self.template, &self.statements, proof, key)
            }
            _ => credential.check_proof(proof, key),
        }
    }

    /// The template.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// A draft of `values`, which are all but the signature, in the template's order. Each must fit its field.
    pub fn draft(&self, values: Vec<String>) -> Result<CredentialDraft<'_>, DraftError> {
        let fields = self.template.fields();
        let fields = fields
            .get(..fields.len().saturating_sub(1))
            .unwrap_or_default();
        if fields.len() != values.len() {
            let (values, fields) = (values.len(), fields.len());
            return Err(TemplateError::Count { values, fields }.into());
        }
        let mut octets = Vec::with_capacity(128);
        for (field, value) in fields.iter().zip(&values) {
            let encoded = field.codec.encode(value, &mut octets);
            encoded.map_err(|source| TemplateError::Value {
                field: field.name.clone(),
                source,
            })?;
        }
        Ok(CredentialDraft { form: self, values })
    }
}

impl<'a> CredentialDraft<'a> {
    /// Check the rules of a well-formed credential on the filled document, then freeze its octets.
    pub fn lint(self) -> Result<UnsignedCredential<'a>, DraftError> {
        let mut values = self.values.clone();
        values.push(String::new());
        let filled = self.form.template.fill(&values)?;
        match lint::lint(&filled) {
            findings if findings.is_empty() => Ok(self.freeze()),
            findings => Err(DraftError::Lint(findings)),
        }
    }

    /// Freeze the octets of a draft whose values were linted before, when the batch was planned.
    pub fn freeze(self) -> UnsignedCredential<'a> {
        let canonical = self.form.document.fill(&self.values);
        let config_digest = Sha256::digest(self.form.config.fill(&self.values)).into();
        UnsignedCredential {
            form: self.form,
            values: self.values,
            canonical,
            config_digest,
        }
    }
}

impl UnsignedCredential<'_> {
    /// The canonical octets of the document without proof.
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }

    /// Their SHA-256: equals [`super::envelope::SignedCredential::digest`] of what will be signed.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.canonical)
    }

    /// The 64 octets that the `eddsa-jcs-2022` proof signs.
    pub fn hash_data_by_jcs(&self) -> [u8; 64] {
        eddsa_jcs_2022::hash_with_config_digest(&self.canonical, self.config_digest)
    }

    /// The 64 octets that the `eddsa-rdfc-2022` proof signs.
    pub fn hash_data_by_rdfc(&self) -> Result<[u8; 64], DraftError> {
        Ok(self.form.statements.hash_data(&self.values)?)
    }

    /// Sign: the canonical octets of the whole credential with its proof set. A claim until somebody verifies it.
    pub fn sign(mut self, signer: &dyn Signer) -> Result<Vec<u8>, DraftError> {
        for hash_data in [self.hash_data_by_jcs(), self.hash_data_by_rdfc()?] {
            self.values
                .push(eddsa_jcs_2022::serialize(&hash_data, signer).to_multibase());
        }
        Ok(self.form.whole.fill(&self.values))
    }
}

/// Canonical octets cut at their slots.
#[derive(Clone, Debug)]
struct Pieces {
    /// Octets, and the slot whose value follows them.
    before: Vec<(Vec<u8>, usize)>,
    last: Vec<u8>,
}

impl Pieces {
    /// A `{` of JSON's own is followed by a quote or a `}`; one that begins a slot by the slot's name. Others cannot stand
    /// in a template's texts.
    fn cut(octets: &[u8], names: &[&str]) -> Self {
        let mut before = Vec::new();
        let mut piece = Vec::new();
        let mut rest = octets;
        while let Some((&first, after)) = rest.split_first() {
            let name_length = after
                .iter()
                .take_while(|&&c| c.is_ascii_alphabetic() || c == b'_')
                .count();
            let name = after.get(..name_length).unwrap_or_default();
            let slot = names.iter().position(|known| known.as_bytes() == name);
            match slot.filter(|_| first == b'{') {
                Some(slot) => {
                    before.push((std::mem::take(&mut piece), slot));
                    rest = after.get(name_length + 1..).unwrap_or_default();
                }
                None => {
                    piece.push(first);
                    rest = after;
                }
            }
        }
        Self {
            before,
            last: piece,
        }
    }

    fn fill(&self, values: &[String]) -> Vec<u8> {
        let mut out = Vec::with_capacity(2_048);
        for (piece, slot) in &self.before {
            out.extend_from_slice(piece);
            jcs::write_string_content(&mut out, values.get(*slot).map_or("", String::as_str));
        }
        out.extend_from_slice(&self.last);
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::envelope::SignedCredential;
    use super::super::open_badge::tests::{terms, values};
    use super::*;
    use crate::key::SecretKey;
    use crate::qr::payload::{self, Payload};

    fn form() -> Form {
        Form::new(terms().template().unwrap()).unwrap()
    }

    fn unsigned_values(name: &str) -> Vec<String> {
        let mut values = values(name);
        values.pop();
        values
    }

    #[test]
    fn a_signed_credential_verifies_and_travels_in_the_code() {
        let (form, key) = (form(), SecretKey::from_seed(&[5; 32]));
        let unsigned = form
            .draft(unsigned_values("Wanjikũ Ng'ang'a"))
            .unwrap()
            .lint()
            .unwrap();
        let digest = unsigned.digest();
        let octets = unsigned.sign(&key).unwrap();
        let credential = SignedCredential::parse(&octets).unwrap();
        assert_eq!(credential.digest(), digest);
        let suites: Vec<&Suite> = credential.proofs().iter().map(Proof::suite).collect();
        assert_eq!(suites, [&Suite::EddsaRdfc2022, &Suite::EddsaJcs2022]);
        for proof in credential.proofs() {
            let public = key.public_key();
            let whole = credential.check_proof(proof, &public).unwrap().unwrap();
            let quick = form
                .check_proof(&credential, proof, &public)
                .unwrap()
                .unwrap();
            assert_eq!(whole, quick);
            assert_eq!(
                whole.document()["credentialSubject"]["name"],
                "Wanjikũ Ng'ang'a"
            );
        }

        let code = payload::encode(form.template(), credential.document()).unwrap();
        let rebuilt = Payload::from_octets(&code)
            .unwrap()
            .rebuild(form.template())
            .unwrap();
        assert_eq!(&rebuilt, payload::carried(credential.document()).as_ref());
    }

    #[test]
    fn every_flipped_bit_of_the_json_is_refused() {
        let (form, key) = (form(), SecretKey::from_seed(&[5; 32]));
        let octets = form
            .draft(unsigned_values("Achieng"))
            .unwrap()
            .lint()
            .unwrap()
            .sign(&key)
            .unwrap();
        let accepted = |octets: &[u8]| {
            let credential = SignedCredential::parse(octets).ok()?;
            let [rdfc, jcs] = credential.proofs() else {
                return None;
            };
            let public = key.public_key();
            credential.check_proof(jcs, &public)?.ok()?;
            let quick = form.check_proof(&credential, rdfc, &public);
            quick
                .or_else(|| credential.check_proof(rdfc, &public))?
                .ok()
        };
        assert!(accepted(&octets).is_some());
        for bit in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(accepted(&flipped).is_none(), "bit {bit}");
        }
    }

    #[test]
    fn values_that_do_not_fit_are_refused() {
        let form = form();
        assert!(matches!(
            form.draft(vec![]),
            Err(DraftError::Template(TemplateError::Count { .. }))
        ));
        assert!(matches!(
            form.draft(unsigned_values("a\u{202e}b")),
            Err(DraftError::Template(_))
        ));
        let mut bad = unsigned_values("Achieng");
        bad[7] = "Excellent".to_owned();
        assert!(matches!(form.draft(bad), Err(DraftError::Template(_))));
    }

    proptest! {
        #[test]
        fn the_fast_path_gives_the_octets_of_the_slow_one(name in "\\PC{0,30}", cohort in "[^\\p{C}]{0,20}") {
            let form = form();
            let mut values = values(&name);
            values[4] = cohort;
            let mut unsigned = values.clone();
            unsigned.pop();
            if let Ok(draft) = form.draft(unsigned) {
                let mut filled = form.template().fill(&values).unwrap();
                let unsigned = draft.freeze();
                prop_assert_eq!(unsigned.canonical(), jcs::canonicalize_without(&filled, "proof"));
                let config = filled["proof"][0].as_object().unwrap();
                prop_assert_eq!(form.config.fill(&values), jcs::canonicalize_without(config, "proofValue"));
                let mut rdfc = form.template().fill_part(form.statements.proof(), &values).unwrap();
                rdfc.insert("proofValue".to_owned(), "zR".into());
                filled["proof"].as_array_mut().unwrap().insert(0, Value::Object(rdfc));
                let with_both = [values, vec!["zR".to_owned()]].concat();
                prop_assert_eq!(form.whole.fill(&with_both), jcs::canonicalize(&Value::Object(filled)));
            }
        }
    }
}
