//! From what was presented to a report.

use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::credential::open_badge::Facts;
use cheti_shared::proof::{Proof, Suite};
use cheti_shared::qr::payload::Payload;
use cheti_shared::time::Timestamp;

use crate::checks::{Case, endorsements, issuer, proof, schema, status, validity};
use crate::evidence::Evidence;
use crate::outcome::{Gap, Outcome, Reason};
use crate::policy::{JsonLdChecking, Policy};
use crate::presented::{Attached, Form, Presented};
use crate::report::{
    Check, CheckName, CredentialNamed, IssuerKnown, Report, STATUS_UNKNOWN, TrustUsed,
    UNREGISTERED_ISSUER, judge,
};

/// Judge what was presented.
pub fn verify(
    presented: &Presented,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> Report {
    let judging = Judging {
        evidence,
        policy,
        now,
    };
    let (subject, presentation) = judging.subject(presented);
    let mut report = match subject {
        Subject::Credential(credential) => judging.credential(&credential, presentation),
        Subject::Unsigned(facts, detail) => judging.unsigned(*facts, detail, presentation),
        Subject::Nothing => judging.nothing(presentation),
    };
    report.form = presented.form();
    report.code_hosts = presented.code_hosts();
    report
}

/// Whether judging is a matter of microseconds: no JSON-LD has to be expanded for it, which takes milliseconds. What is
/// not quick is best done where it holds up nobody.
pub fn is_quick(presented: &Presented, evidence: &Evidence, policy: &Policy) -> bool {
    let shelf = evidence.shelf();
    let quick = |claim: &SignedCredential| {
        shelf.are_prepared_for(claim) && !endorsements::need_json_ld(claim.document())
    };
    let mut codes = presented
        .payloads()
        .flat_map(|payload| evidence.templates(payload.template));
    policy.json_ld == JsonLdChecking::WhereSigned
        && presented.credentials().all(quick)
        && !codes.any(|template| endorsements::need_json_ld(template.credential()))
}

/// Judge one credential given as JSON.
pub fn verify_credential(
    credential: &SignedCredential,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
) -> Report {
    let judging = Judging {
        evidence,
        policy,
        now,
    };
    judging.credential(credential, Outcome::NotRequired)
}

/// What of all that was presented is judged.
enum Subject {
    Credential(Box<SignedCredential>),
    Unsigned(Box<Facts>, String),
    Nothing,
}

struct Judging<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    now: Timestamp,
}

impl Judging<'_> {
    fn case<'a>(&'a self, claim: &'a SignedCredential) -> Case<'a> {
        Case {
            claim,
            evidence: self.evidence,
            policy: self.policy,
            now: self.now,
        }
    }

    /// The attached credential counts before the code, and everything shown must be one certificate.
    fn subject(&self, presented: &Presented) -> (Subject, Outcome) {
        let codes: Vec<Result<SignedCredential, Gap>> = presented
            .codes
            .iter()
            .map(|code| self.rebuild(code.payload.as_ref().map_err(Clone::clone)?))
            .collect();
        let attached = presented.attached.first();
        match attached.filter(|_| cfg!(feature = "documents")) {
            Some(Attached::Credential(first)) => {
                let outcome = compare_attached(first, &presented.attached)
                    .worse(compare_codes(first, &codes));
                (Subject::Credential(first.clone()), outcome)
            }
            Some(Attached::Unsigned { facts, detail }) => (
                Subject::Unsigned(facts.clone(), detail.clone()),
                Outcome::NotRequired,
            ),
            Some(Attached::Unreadable(detail)) => (Subject::Nothing, unreadable(detail)),
            None => from_codes(codes, presented),
        }
    }

    /// Try every template held under the payload's id; the signature alone tells which is right (QR.md, Verify).
    fn rebuild(&self, payload: &Payload) -> Result<SignedCredential, Gap> {
        let id = payload.template;
        let mut gap = Gap::TemplateMissing { id };
        let mut rebuilt = None;
        for template in self.evidence.templates(id) {
            let document = payload.rebuild(template).map_err(|error| error.to_string());
            let credential = document.and_then(|document| {
                SignedCredential::from_document(document).map_err(|error| error.to_string())
            });
            match credential {
                Ok(credential) if self.holds(&credential) => return Ok(credential),
                Ok(credential) => rebuilt = rebuilt.or(Some(credential)),
                Err(detail) => gap = Gap::Unreadable { detail },
            }
        }
        rebuilt.ok_or(gap)
    }

    fn holds(&self, credential: &SignedCredential) -> bool {
        let (trust, templates) = (self.evidence.trust(), self.evidence.shelf());
        proof::prove(credential, trust, templates).vouched.is_some()
    }

    fn credential(&self, claim: &SignedCredential, presentation: Outcome) -> Report {
        let case = self.case(claim);
        let proved = proof::check(&case);
        let issuer = issuer::check(&case);
        let unregistered = case.accepts_unregistered();
        let checked = proved.vouched.filter(|_| vouched(&issuer));
        let document = checked.map(|(_, checked)| checked.document().clone());
        let shown = document.as_ref().unwrap_or(claim.document());
        let facts = Facts::of(shown);
        let mut warnings = Vec::new();
        if unregistered {
            warnings.push(UNREGISTERED_ISSUER);
        }
        let status_entries = status::answers(&case);
        let status = status::check(&case, &status_entries);
        let status = match unregistered && status::is_merely_not_held(&case, &status) {
            true => {
                warnings.push(STATUS_UNKNOWN);
                Check::told(CheckName::Status, &status)
            }
            false => Check::new(CheckName::Status, status),
        };
        let checks = vec![
            Check::new(CheckName::Presentation, presentation),
            Check::new(CheckName::Proof, proved.outcome),
            Check::new(CheckName::Issuer, issuer),
            Check::new(CheckName::Validity, validity::check(&case)),
            status,
            Check::new(CheckName::Schema, schema::check(&case, shown)),
        ];
        // Nobody vouches for what an unregistered issuer states, be its signature as good as it may.
        let (signed, claimed) = match document.is_some() && !unregistered {
            true => (Some(facts), None),
            false => (None, Some(facts)),
        };
        Report {
            issuer: signed.as_ref().and(case.issuer()).map(IssuerKnown::of),
            signed,
            claimed,
            credential: Some(named(claim)),
            proofs: proved.proofs,
            endorsements: endorsements::check(&case, shown),
            warnings,
            status_lists: status::lists_used(&case),
            status_entries,
            document,
            ..self.empty(checks)
        }
    }

    fn unsigned(&self, facts: Facts, detail: String, presentation: Outcome) -> Report {
        let altered = Outcome::fail(Reason::Altered { detail });
        let checks = self.not_reached(presentation, altered);
        Report {
            claimed: Some(facts),
            ..self.empty(checks)
        }
    }

    fn nothing(&self, presentation: Outcome) -> Report {
        self.empty(self.not_reached(presentation, Outcome::undecided(Gap::NotReached)))
    }

    fn not_reached(&self, presentation: Outcome, proof: Outcome) -> Vec<Check> {
        let not_reached = |name| Check::new(name, Outcome::undecided(Gap::NotReached));
        vec![
            Check::new(CheckName::Presentation, presentation),
            Check::new(CheckName::Proof, proof),
            not_reached(CheckName::Issuer),
            not_reached(CheckName::Validity),
            not_reached(CheckName::Status),
            not_reached(CheckName::Schema),
        ]
    }

    fn empty(&self, checks: Vec<Check>) -> Report {
        let (verdict, reasons) = judge(&checks);
        let trust = self.evidence.trust();
        Report {
            verdict,
            reasons,
            signed: None,
            claimed: None,
            issuer: None,
            credential: None,
            checks,
            proofs: Vec::new(),
            endorsements: Vec::new(),
            warnings: Vec::new(),
            status_lists: Vec::new(),
            status_entries: Vec::new(),
            trust: trust.map(|trust| TrustUsed::of(trust, self.now)),
            form: Form::Json,
            code_hosts: Vec::new(),
            checked_at: self.now,
            document: None,
        }
    }
}

/// Whether the key's owner vouches for what it signed, be the trust list old or the clock wrong.
fn vouched(issuer: &Outcome) -> bool {
    matches!(
        issuer,
        Outcome::Pass
            | Outcome::Undecided {
                gap: Gap::TrustListExpired { .. } | Gap::Clock { .. }
            }
    )
}

fn named(claim: &SignedCredential) -> CredentialNamed {
    CredentialNamed {
        id: claim.id().map(|id| id.chars().take(200).collect()),
        issuer: claim.issuer().chars().take(200).collect(),
        digest: claim.digest(),
        valid_from: claim.valid_from().ok().flatten(),
        valid_until: claim.valid_until().ok().flatten(),
    }
}

fn unreadable(detail: &str) -> Outcome {
    let detail = detail.to_owned();
    Outcome::undecided(Gap::Unreadable { detail })
}

fn compare_attached(first: &SignedCredential, attached: &[Attached]) -> Outcome {
    let same = |other: &&Attached| match other {
        Attached::Credential(other) => first.document() == other.document(),
        Attached::Unsigned { .. } | Attached::Unreadable(_) => false,
    };
    match attached.iter().filter(|other| !same(other)).count() {
        0 => Outcome::NotRequired,
        others => Outcome::undecided(Gap::TwoCodes { count: others + 1 }),
    }
}

/// Every code must carry the attached credential: the same document and the same JCS proof (DESIGN, Verifying).
fn compare_codes(attached: &SignedCredential, codes: &[Result<SignedCredential, Gap>]) -> Outcome {
    let compare = |code: &Result<SignedCredential, Gap>| match code {
        Ok(code) if same_certificate(attached, code) => Outcome::Pass,
        Ok(_) => Outcome::fail(Reason::AttachmentAndCodeDisagree),
        Err(gap) => Outcome::undecided(gap.clone()),
    };
    codes
        .iter()
        .map(compare)
        .fold(Outcome::NotRequired, Outcome::worse)
}

fn same_certificate(one: &SignedCredential, other: &SignedCredential) -> bool {
    fn jcs_proofs(credential: &SignedCredential) -> impl Iterator<Item = &Proof> {
        let jcs = |proof: &&Proof| *proof.suite() == Suite::EddsaJcs2022;
        credential.proofs().iter().filter(jcs)
    }
    one.digest() == other.digest()
        && jcs_proofs(other).next().is_some()
        && jcs_proofs(other).all(|proof| one.proofs().contains(proof))
}

/// Nothing but codes: they must all carry one certificate.
fn from_codes(
    codes: Vec<Result<SignedCredential, Gap>>,
    presented: &Presented,
) -> (Subject, Outcome) {
    let count = codes.len();
    let mut codes = codes.into_iter();
    let Some(first) = codes.next() else {
        return (Subject::Nothing, unreadable(nothing_found(presented)));
    };
    let same = |other: &Result<SignedCredential, Gap>| match (&first, other) {
        (Ok(first), Ok(other)) => same_certificate(first, other),
        _ => false,
    };
    let all_same = codes.all(|other| same(&other));
    match (first, all_same) {
        (Ok(first), true) => (Subject::Credential(Box::new(first)), Outcome::Pass),
        (Err(gap), true) => (Subject::Nothing, Outcome::undecided(gap)),
        (_, false) => (
            Subject::Nothing,
            Outcome::undecided(Gap::TwoCodes { count }),
        ),
    }
}

fn nothing_found(presented: &Presented) -> &'static str {
    match (presented.form, presented.other_codes) {
        (Form::Image, 0) => {
            "no QR code was found in the picture; take the photo from nearer, in good light, with the whole code in view"
        }
        (Form::Pdf, 0) => "the PDF has neither a certificate attached nor a QR code drawn in it",
        (Form::Badge, 0) => "no certificate is baked into the picture",
        (Form::Image | Form::Pdf | Form::Badge, _) => {
            "the QR code in it is not that of a certificate"
        }
        (Form::Json | Form::Code, _) => "there is nothing in it",
    }
}
