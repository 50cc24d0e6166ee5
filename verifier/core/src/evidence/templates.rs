//! Templates as evidence. They rebuild what a code carries, and make checking `eddsa-rdfc-2022` cheap: a template's
//! statements are expanded once, when the first certificate made from it is checked (DESIGN §6).

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cheti_shared::credential::envelope::{ProofChecked, SignedCredential};
use cheti_shared::credential::statements::Statements;
use cheti_shared::ids::TemplateId;
use cheti_shared::key::PublicKey;
use cheti_shared::proof::{Proof, ProofError, Suite};
use cheti_shared::qr::template::Template;
use serde_json::{Map, Value};

/// The templates held. A clone shares what has been prepared.
#[derive(Clone, Debug, Default)]
pub struct Templates(Arc<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    held: Vec<HeldTemplate>,
    by_id: BTreeMap<TemplateId, Vec<usize>>,
    /// By the achievement's id, which tells the templates of one course from those of all others.
    by_achievement: BTreeMap<String, Vec<usize>>,
}

#[derive(Debug)]
struct HeldTemplate {
    template: Template,
    /// None for a template that has no statements that could be filled.
    statements: OnceLock<Option<Statements>>,
}

impl HeldTemplate {
    fn statements(&self) -> Option<&Statements> {
        if cfg!(not(feature = "rdfc")) {
            return None;
        }
        let prepare = || Statements::of(&self.template).ok();
        self.statements.get_or_init(prepare).as_ref()
    }
}

impl Templates {
    /// Hold these, each once.
    pub fn new<'a>(templates: impl IntoIterator<Item = &'a Template>) -> Self {
        let mut shelf = Shelf::default();
        for template in templates {
            shelf.add(template);
        }
        Self(Arc::new(shelf))
    }

    /// Every template with this id; only the signature tells which is right (QR.md, Verify).
    pub fn with_id(&self, id: TemplateId) -> impl Iterator<Item = &Template> {
        let held = self.0.at(self.0.by_id.get(&id));
        held.map(|held| &held.template)
    }

    /// How many are held.
    pub fn count(&self) -> usize {
        self.0.held.len()
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
                let statements = held.statements.get().and_then(Option::as_ref);
                let values = statements
                    .and_then(|statements| claim.values_in(&held.template, statements, proof));
                values.is_some()
            })
        };
        claim.proofs().iter().filter(rdfc).all(made)
    }

    fn candidates(&self, claim: &SignedCredential) -> impl Iterator<Item = &HeldTemplate> {
        let places = self.0.by_achievement.get(achievement(claim.document()));
        self.0.at(places)
    }
}

impl Shelf {
    fn add(&mut self, template: &Template) {
        let same_id = self.by_id.entry(template.id()).or_default();
        let held = same_id.iter().filter_map(|&place| self.held.get(place));
        if held.into_iter().any(|held| held.template == *template) {
            return;
        }
        let place = self.held.len();
        same_id.push(place);
        let achievement = achievement(template.credential()).to_owned();
        self.by_achievement
            .entry(achievement)
            .or_default()
            .push(place);
        self.held.push(HeldTemplate {
            template: template.clone(),
            statements: OnceLock::new(),
        });
    }

    fn at<'a>(&'a self, places: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a HeldTemplate> {
        let places = places.map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| self.held.get(place))
    }
}

fn achievement(document: &Map<String, Value>) -> &str {
    let subject = document.get("credentialSubject");
    let id = subject.and_then(|subject| subject.pointer("/achievement/id"));
    id.and_then(Value::as_str).unwrap_or_default()
}
