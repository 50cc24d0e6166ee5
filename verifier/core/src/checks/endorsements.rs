//! Who endorses the achievement or the credential (Open Badges 3.0 §9.2, O7, O8). Each endorsement is a credential of its
//! own by a party of its own; whether it holds decides nothing about the certificate.

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::limits::ENDORSEMENTS;
use cheti_shared::proof::{Proof, Suite};
use serde::Serialize;
use serde_json::{Map, Value};

use super::key::KeyOf;
use super::{Case, issuer, proof, schema, validity};
use crate::outcome::{Gap, Outcome};
use crate::policy::{Policy, UnregisteredIssuers};

/// What came of one endorsement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endorsement {
    /// Who endorses.
    pub issuer: String,
    /// Their name: as the trust list has it, else as they say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether their signature holds and is in force.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The outcome in plain English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The words beside an endorsement by a key that nobody registered.
const UNREGISTERED: &str = "signed by the key it names; nobody here knows whose it is";

/// Every endorsement in `document`, which is what was signed, as far as that is known.
pub fn check(case: &Case<'_>, document: &Map<String, Value>) -> Vec<Endorsement> {
    let found = embedded(document);
    let detail = match found.len() {
        0 => return Vec::new(),
        _ if cfg!(not(feature = "documents")) => "this build reads no endorsements".to_owned(),
        1..=ENDORSEMENTS => {
            let each = found.into_iter();
            return each
                .map(|(value, subject)| one(case, value, subject))
                .collect();
        }
        count => format!("{count} endorsements, at most {ENDORSEMENTS} are read"),
    };
    let outcome = Outcome::undecided(Gap::TooMuchWork { detail });
    vec![endorsement(String::new(), None, outcome)]
}

/// Whether judging them takes the expanding of JSON-LD.
pub fn need_json_ld(document: &Map<String, Value>) -> bool {
    let rdfc = |proof: &Proof| *proof.suite() == Suite::EddsaRdfc2022;
    embedded(document).into_iter().any(|(value, _)| {
        let members = value.as_object();
        let proofs = members.and_then(|members| Proof::all_of(members).ok());
        proofs.is_some_and(|proofs| proofs.iter().any(rdfc))
    })
}

/// Each endorsement, and the id of what it must be about. One as a JWT is text and is not read here.
fn embedded(document: &Map<String, Value>) -> Vec<(&Value, Option<&str>)> {
    let achievement = document
        .get("credentialSubject")
        .and_then(|subject| subject.get("achievement"));
    let of_achievement = achievement.and_then(|achievement| achievement.get("endorsement"));
    fn id(of: Option<&Value>) -> Option<&str> {
        of.and_then(Value::as_str)
    }
    let places = [
        (
            of_achievement,
            achievement.and_then(|achievement| id(achievement.get("id"))),
        ),
        (document.get("endorsement"), id(document.get("id"))),
    ];
    let listed = places
        .into_iter()
        .filter_map(|(found, about)| Some((found?, about)));
    listed
        .flat_map(|(found, about)| {
            let items = found
                .as_array()
                .map_or(std::slice::from_ref(found), Vec::as_slice);
            items.iter().map(move |item| (item, about))
        })
        .collect()
}

fn one(case: &Case<'_>, value: &Value, about: Option<&str>) -> Endorsement {
    let members = value.as_object().cloned().unwrap_or_default();
    let claim = match SignedCredential::from_document(members) {
        Ok(claim) => claim,
        Err(error) => {
            let issuer = value.get("issuer").and_then(Value::as_str);
            let detail = error.to_string();
            let outcome = Outcome::undecided(Gap::Unreadable { detail });
            return endorsement(shortened(issuer.unwrap_or_default()), None, outcome);
        }
    };
    let policy = Policy {
        unregistered: UnregisteredIssuers::AcceptDidKey,
        ..*case.policy
    };
    let own = Case {
        claim: &claim,
        policy: &policy,
        ..*case
    };
    let proved = proof::check(&own);
    let outcome = proved
        .outcome
        .worse(issuer::check(&own))
        .worse(validity::check(&own))
        .worse(shape(&claim, about));
    let unregistered = own.accepts_unregistered()
        && proved
            .proofs
            .iter()
            .any(|proof| proof.key_of == KeyOf::Author);
    let name = own.issuer().map(|issuer| issuer.trusted().name.clone());
    let claimed = || {
        let name = claim.document().get("issuer")?.get("name")?.as_str()?;
        Some(shortened(name))
    };
    let mut endorsement = endorsement(shortened(claim.issuer()), name.or_else(claimed), outcome);
    if endorsement.outcome == Outcome::Pass && unregistered {
        endorsement.message = Some(UNREGISTERED.to_owned());
    }
    endorsement
}

/// An endorsement says that it is one and is about what it stands in (O7).
fn shape(claim: &SignedCredential, about: Option<&str>) -> Outcome {
    let subject = claim.document().get("credentialSubject");
    let subject = subject.and_then(|subject| subject.get("id"));
    if !claim.has_type("EndorsementCredential") {
        return schema::malformed(vec!["it is no EndorsementCredential".to_owned()]);
    }
    match about.is_some() && subject.and_then(Value::as_str) == about {
        true => schema::shape(claim.document()),
        false => schema::malformed(vec!["it endorses something else".to_owned()]),
    }
}

fn endorsement(issuer: String, name: Option<String>, outcome: Outcome) -> Endorsement {
    Endorsement {
        issuer,
        name,
        message: outcome.message(),
        outcome,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
