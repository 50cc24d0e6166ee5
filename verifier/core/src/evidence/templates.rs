//! Templates as evidence. They rebuild what a code carries, and make checking `eddsa-rdfc-2022` cheap: a template's
//! statements are expanded once, when the first certificate made from it is checked (DESIGN §6).

use std::sync::{Arc, OnceLock};

use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::credential::statements::Statements;
use cheti_shared::ids::TemplateId;
use cheti_shared::key::PublicKey;
use cheti_shared::proof::{Proof, ProofError, Suite};
use cheti_shared::qr::template::Template;
use serde_json::{Map, Value};

/// The templates held, by digest and so by id, which is how a digest begins. A clone shares what has been prepared.
#[derive(Clone, Debug, Default)]
pub struct Templates(Arc<[HeldTemplate]>);

#[derive(Debug)]
struct HeldTemplate {
    template: Template,
    /// The achievement's id, which tells the templates of one course from those of all others.
    achievement: String,
    /// None for a template that has no statements that could be filled.
    statements: OnceLock<Option<Statements>>,
}

impl HeldTemplate {
    fn new(template: &Template) -> Self {
        Self {
            template: template.clone(),
            achievement: achievement(template.credential()).to_owned(),
            statements: OnceLock::new(),
        }
    }

    fn statements(&self) -> Option<&Statements> {
        if cfg!(not(feature = "documents")) {
            return None;
        }
        let prepare = || Statements::of(&self.template).ok();
        self.statements.get_or_init(prepare).as_ref()
    }
}

impl Templates {
    /// Hold these, each once.
    pub fn new<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Self {
        let mut templates: Vec<&Template> = templates.into_iter().collect();
        templates.sort_unstable_by_key(|template| template.digest());
        templates.dedup_by_key(|template| template.digest());
        let held = templates.into_iter().map(HeldTemplate::new);
        Self(held.collect())
    }

    /// Every template with this id; only the signature tells which is right (QR.md, Verify).
    pub fn with_id(&self, id: TemplateId) -> impl Iterator<Item = &Template> {
        let held = &self.0;
        let first = held.partition_point(|held| held.template.id() < id);
        let held = held.iter().skip(first).map(|held| &held.template);
        held.take_while(move |template| template.id() == id)
    }

    /// How many are held.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Check an `eddsa-rdfc-2022` proof by the template that the credential was made from. `None` when none held makes it,
    /// which says nothing about the proof; else the same answer as [`SignedCredential::check_proof`] gives.
    pub fn check_proof(
        &self,
        claim: &SignedCredential,
        proof: &Proof,
        key: &PublicKey,
    ) -> Option<Result<ProofChecked, ProofError>> {
        self.candidates(claim)
            .find_map(|held| claim.check_proof_by(&held.template, held.statements()?, proof, key))
    }

    /// Whether every `eddsa-rdfc-2022` proof of `claim` can be checked by a template whose statements are prepared already.
    pub fn are_prepared_for(&self, claim: &SignedCredential) -> bool {
        let rdfc = |proof: &&Proof| *proof.suite() == Suite::EddsaRdfc2022;
        let made = |proof: &Proof| {
            self.candidates(claim).any(|held| {
                let prepared = held.statements.get().and_then(Option::as_ref);
                let statements = prepared.filter(|_| cfg!(feature = "documents"));
                let values = statements
                    .and_then(|statements| claim.values_in(&held.template, statements, proof));
                values.is_some()
            })
        };
        claim.proofs().iter().filter(rdfc).all(made)
    }

    fn candidates(&self, claim: &SignedCredential) -> impl Iterator<Item = &HeldTemplate> {
        let wanted = achievement(claim.document());
        let held = self.0.iter();
        held.filter(move |held| held.achievement == wanted)
    }
}

fn achievement(document: &Map<String, Value>) -> &str {
    let subject = document.get("credentialSubject");
    let achievement = subject.and_then(|subject| subject.get("achievement"));
    let id = achievement.and_then(|achievement| achievement.get("id"));
    id.and_then(Value::as_str).unwrap_or_default()
}
