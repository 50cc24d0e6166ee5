//! Reports in plain English: who, which course, when and by whom come first, then the verdict, then what to do.
//!
//! No verdict stands alone: a good one never without name, course and date (THREATS 4), and what was not verified is
//! called so.

use cheti_shared::credential::open_badge::Facts;
use cheti_verifier_core::evidence::Anchor;
use cheti_verifier_core::outcome::{Outcome, days};
use cheti_verifier_core::report::{Report, STATUS_UNKNOWN, Verdict};

/// A report in words, for a terminal or a page to lay out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Label and value of what is stated: the graduate's name first.
    pub facts: Vec<(&'static str, String)>,
    /// Whether the facts were signed, or are only claimed.
    pub standing: Standing,
    /// The verdict, as one sentence.
    pub verdict: String,
    /// Why: each failure or gap.
    pub because: Vec<String>,
    /// What to do next.
    pub advice: Vec<String>,
    /// What the judgement rests on, and warnings.
    pub notes: Vec<String>,
}

/// How the facts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The issuer signed them.
    Signed,
    /// Nobody vouches for them.
    Claimed,
    /// There are none.
    None,
}

impl Standing {
    /// The words above the facts.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Signed => "The certificate states, signed by its issuer:",
            Self::Claimed => "The document claims (NOT VERIFIED):",
            Self::None => "No certificate was read.",
        }
    }
}

/// What to compare, whatever the verdict.
pub const COMPARE: &str = "Compare this with the paper and with the person's identity card.";

/// Put a report into words. `own_hosts` are the hosts whose codes need no warning.
pub fn words(report: &Report, own_hosts: &[String]) -> Words {
    let (facts, standing) = match (&report.signed, &report.claimed) {
        (Some(signed), _) => (lines(signed, report), Standing::Signed),
        (None, Some(claimed)) => (lines(claimed, report), Standing::Claimed),
        (None, None) => (Vec::new(), Standing::None),
    };
    let decided = report.checks.iter().filter(|check| match report.verdict {
        Verdict::Invalid => matches!(check.outcome, Outcome::Fail { .. }),
        Verdict::Undecided | Verdict::Valid => matches!(check.outcome, Outcome::Undecided { .. }),
    });
    let because = decided
        .filter(|check| check.outcome.code() != Some("not_reached"))
        .filter_map(|check| check.message.as_deref())
        .map(shown);
    Words {
        facts,
        standing,
        verdict: verdict(report),
        because: because.collect(),
        advice: advice(report),
        notes: notes(report, own_hosts),
    }
}

/// Text made safe to show: no control characters, none that change the direction of writing.
pub fn shown(text: &str) -> String {
    let unsafe_to_show = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let safe = |c| if unsafe_to_show(c) { '\u{fffd}' } else { c };
    text.chars().take(2_000).map(safe).collect()
}

/// Whether a person, a course and a date are stated; without them a signature says nothing about a certificate.
fn names_a_graduate(facts: &Facts) -> bool {
    facts.name.is_some() && facts.course.is_some() && facts.awarded.is_some()
}

fn lines(facts: &Facts, report: &Report) -> Vec<(&'static str, String)> {
    let issuer = report.issuer.as_ref().map(|issuer| issuer.name.clone());
    let by = issuer.or_else(|| facts.issuer_name.clone());
    let mut lines = Vec::new();
    let mut add = |label, value: Option<&str>| {
        if let Some(value) = value {
            lines.push((label, shown(value)));
        }
    };
    add("Name", facts.name.as_deref());
    add("Course", facts.course.as_deref());
    for (label, value) in &facts.results {
        add("Result", Some(&format!("{label}: {value}")));
    }
    add("Date", facts.awarded.as_deref());
    add("Issued by", by.as_deref());
    add("Training partner", facts.partner.as_deref());
    add("Cohort", facts.cohort.as_deref());
    add("Certificate number", facts.certificate_number.as_deref());
    lines
}

fn verdict(report: &Report) -> String {
    let words = match (report.verdict, &report.signed) {
        (Verdict::Valid, None) => {
            "NOBODY VOUCHES FOR THIS: valid signature by an unregistered key; nobody here knows whose it is."
        }
        (Verdict::Valid, Some(facts)) if names_a_graduate(facts) => {
            "GENUINE: this certificate was issued as stated above and is in force."
        }
        (Verdict::Valid, Some(_)) => {
            "SIGNED, BUT NOT A GRADUATION CERTIFICATE: it does not name a person, a course and a date."
        }
        (Verdict::Invalid, _)
            if report.reasons == ["unknown_issuer"] || known_only_as_foreign(report) =>
        {
            "NOT IN THIS SYSTEM: its issuer is not one that this verifier knows."
        }
        (Verdict::Invalid, _) if report.reasons.contains(&"superseded") => {
            "REPLACED: a newer version of this certificate takes its place."
        }
        (Verdict::Invalid, Some(_)) => "NOT IN FORCE: do not rely on this certificate.",
        (Verdict::Invalid, None) => "NOT GENUINE AS SHOWN: do not rely on this document.",
        (Verdict::Undecided, _) => "NOT DECIDED: it could not be checked completely.",
    };
    words.to_owned()
}

fn known_only_as_foreign(report: &Report) -> bool {
    report.reasons.first() == Some(&"unknown_issuer")
}

fn advice(report: &Report) -> Vec<String> {
    let mut advice: Vec<&str> = report
        .reasons
        .iter()
        .filter_map(|code| advised(code))
        .collect();
    advice.dedup();
    let mut advice: Vec<String> = advice.into_iter().map(str::to_owned).collect();
    if report.signed.is_some() {
        advice.insert(0, COMPARE.to_owned());
    }
    let contact = report
        .issuer
        .as_ref()
        .and_then(|issuer| issuer.contact.as_deref());
    if let (Some(contact), true) = (contact, report.verdict != Verdict::Valid) {
        advice.push(format!("Ask the issuer: {}", shown(contact)));
    }
    advice
}

fn advised(code: &str) -> Option<&'static str> {
    Some(match code {
        "altered" | "unknown_key" | "wrong_purpose" | "attachment_and_code_disagree" => {
            "Ask the person for the file as it was issued, or scan the code on the original paper."
        }
        "unknown_issuer" => {
            "Ask the organisation named on the paper how its certificates are checked."
        }
        "superseded" => "Ask the person for the newer version.",
        "revoked" | "suspended" | "key_compromised" | "key_not_valid_then" | "wrong_key_role" => {
            "Ask the issuer before relying on it."
        }
        "trust_missing" => "Import a trust bundle: cheti-verifier trust import FILE",
        "trust_list_expired" | "key_not_known_yet" | "template_missing" | "status_unknown"
        | "status_stale" => "Get a newer trust bundle and check again: cheti-verifier trust update",
        "status_rolled_back" => "Get the current trust bundle from its issuer and check again.",
        "clock" => "Set this device's date and time and check again.",
        "context_not_known" | "too_much_work" => {
            "Ask for the certificate as its issuer made it, or ask the issuer."
        }
        "made_by_newer_format" => "Update this verifier and check again.",
        "two_codes" => "Check one certificate at a time.",
        "unreadable" => "Ask for the file again, or take the photo again in good light.",
        _ => return None,
    })
}

fn notes(report: &Report, own_hosts: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    match &report.trust {
        None => notes.push("Trust: none; no trust bundle was imported.".to_owned()),
        Some(trust) => {
            let anchor = match trust.anchor {
                Anchor::Pinned => "pinned on this machine",
                Anchor::Given => "named for this run",
                Anchor::Unconfirmed => "NOT CONFIRMED on this machine, trusted for this run alone",
            };
            let (root, version) = (&trust.root_fingerprint, trust.version);
            notes.push(format!(
                "Trust: list {version} of {}, root fingerprint {root} ({anchor}).",
                trust.made
            ));
        }
    }
    for endorsement in &report.endorsements {
        let name = endorsement.name.as_ref().unwrap_or(&endorsement.issuer);
        let holds = match &endorsement.outcome {
            Outcome::Pass => "it is signed",
            Outcome::Fail { .. } => "IT DOES NOT HOLD",
            Outcome::Undecided { .. } | Outcome::NotRequired => "it could not be checked",
        };
        let why = endorsement.message.as_deref();
        let why = why.map_or(String::new(), |why| format!(" ({})", shown(why)));
        let name = shown(name);
        notes.push(format!("Endorsement by {name}: {holds}{why}."));
    }
    if report.warnings.contains(&STATUS_UNKNOWN) {
        notes.push("Status: not known; no list of this issuer is held.".to_owned());
    }
    for list in &report.status_lists {
        let age = days(list.age_seconds);
        notes.push(format!("Status: as of {} ({age} ago).", list.made));
    }
    for host in report
        .code_hosts
        .iter()
        .filter(|host| !own_hosts.contains(host))
    {
        if !own_hosts.is_empty() {
            let host = shown(host);
            notes.push(format!(
                "Warning: the code was printed for {host}, which is not this verifier's address. It was not opened."
            ));
        }
    }
    notes
}

/// Lay words out for a terminal.
pub fn text(words: &Words) -> String {
    let mut text = format!("{}\n", words.standing.heading());
    let widest = words.facts.iter().map(|(label, _)| label.len()).max();
    let width = widest.unwrap_or_default() + 1;
    for (label, value) in &words.facts {
        let label = format!("{label}:");
        text += &format!("  {label:width$}  {value}\n");
    }
    text += &format!("{}\n", words.verdict);
    for (mark, lines) in [
        ("-", &words.because),
        (">", &words.advice),
        (" ", &words.notes),
    ] {
        for line in lines {
            text += &format!("  {mark} {line}\n");
        }
    }
    text
}
