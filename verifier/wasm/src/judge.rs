//! One question, one answer, both JSON.
//!
//! Question: `now`; `codes`, the texts of codes, found as `form` says; `root`, the multikey of the root that was confirmed
//! before; `memory`, what an answer said to remember; `statusAgeSeconds`, the policy. Beside it the octets of the trust
//! bundle, none when there is none, and those of a file that is itself the certificate.
//!
//! Answer: `report`, when anything was presented; `trust`, what the bundle says; `needsFull`, when only the full build can
//! check all of it. Or `refused`, why the bundle is not used; or `misused`, what is wrong with the question.

#[cfg(feature = "full")]
use cheti_shared::baked;
use cheti_shared::bundle::{Bundle, BundleError};
use cheti_shared::canon::jcs;
use cheti_shared::json::members::{self, FromJson, MemberError, object, optional};
use cheti_shared::json::{self, Bounds, JsonError};
use cheti_shared::key::PublicKey;
use cheti_shared::time::Timestamp;
use cheti_verifier_core::evidence::memory::Memory;
use cheti_verifier_core::evidence::status::Held;
use cheti_verifier_core::evidence::{Anchor, Evidence, EvidenceError, Root, Trust};
use cheti_verifier_core::policy::{Policy, StatusAge};
#[cfg(feature = "full")]
use cheti_verifier_core::presented;
use cheti_verifier_core::presented::Presented;
use cheti_verifier_core::report::Report;
use cheti_verifier_core::verify;
use serde::Serialize;
use serde_json::Value;

/// Whether this is the small module, which knows less of documents than the full one.
const IS_SMALL: bool = cfg!(not(feature = "full"));

/// What is asked.
struct Question {
    now: Timestamp,
    codes: Vec<String>,
    form: Form,
    root: Option<PublicKey>,
    memory: Memory,
    status_age_seconds: Option<i64>,
}

/// Where codes were found, or what the file is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Form {
    /// A link, or a text.
    #[default]
    Code,
    /// The camera, or a picture.
    Image,
    /// The file is credential JSON.
    #[cfg(feature = "full")]
    Json,
    /// The file is a picture with a credential baked in; the codes are those on it.
    #[cfg(feature = "full")]
    Badge,
}

impl FromJson for Form {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        match members::text(value)? {
            "code" => Ok(Self::Code),
            "image" => Ok(Self::Image),
            #[cfg(feature = "full")]
            "json" => Ok(Self::Json),
            #[cfg(feature = "full")]
            "badge" => Ok(Self::Badge),
            _ => Err(MemberError::new("no form that is known here")),
        }
    }
}

impl FromJson for Question {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let question = object(value)?;
        let names = ["now", "codes", "form", "root", "memory", "statusAgeSeconds"];
        members::only(question, &names)?;
        Ok(Self {
            now: members::member(question, "now")?,
            codes: optional(question, "codes")?.unwrap_or_default(),
            form: optional(question, "form")?.unwrap_or_default(),
            root: optional(question, "root")?,
            memory: optional(question, "memory")?.unwrap_or_default(),
            status_age_seconds: optional(question, "statusAgeSeconds")?,
        })
    }
}

/// What is answered.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<Told>,
    needs_full: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misused: Option<String>,
}

/// Why a bundle is not used, by code and in words.
#[derive(Serialize)]
struct Refused {
    code: &'static str,
    message: String,
    /// Whether this build cannot read all of it.
    #[serde(skip)]
    is_unfinished: bool,
}

/// What a person may want to know of the bundle, and what the page is to remember of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    anchor: Anchor,
    root: PublicKey,
    root_fingerprint: String,
    version: u64,
    made: Timestamp,
    expires: Timestamp,
    issuers: Vec<IssuerTold>,
    status_lists: Vec<ListTold>,
    templates: usize,
    memory: Value,
}

#[derive(Serialize)]
struct IssuerTold {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListTold {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// Answer a question, in canonical JSON. The same octets in give the same octets out; nothing is kept.
pub fn judge(question: &[u8], bundle: &[u8], file: &[u8]) -> Vec<u8> {
    let answer = match read(question) {
        Ok(question) => answer(&question, bundle, file),
        Err(misused) => Answer {
            misused: Some(misused),
            ..Answer::default()
        },
    };
    jcs::canonicalize(&serde_json::to_value(&answer).unwrap_or_default())
}

fn read(question: &[u8]) -> Result<Question, String> {
    let question =
        json::parse_within(question, Bounds::BUNDLE).map_err(|error| error.to_string())?;
    Question::from_json(&question).map_err(|error| error.to_string())
}

fn answer(question: &Question, bundle: &[u8], file: &[u8]) -> Answer {
    let evidence = match evidence(question, bundle) {
        Ok(evidence) => evidence,
        Err(refused) => {
            return Answer {
                needs_full: IS_SMALL && refused.is_unfinished,
                refused: Some(refused),
                ..Answer::default()
            };
        }
    };
    let mut answer = Answer {
        trust: evidence.trust().map(|trust| told(trust, &evidence)),
        ..Answer::default()
    };
    if let Some(presented) = presented(question, file) {
        let policy = policy(question);
        let report = verify(&presented, &evidence, &policy, question.now);
        answer.needs_full = IS_SMALL && report.is_unfinished();
        answer.report = Some(report);
    }
    answer
}

fn presented(
    question: &Question,
    #[cfg_attr(not(feature = "full"), allow(unused_variables))] file: &[u8],
) -> Option<Presented> {
    let codes = question.codes.iter().map(String::as_str);
    Some(match question.form {
        Form::Code if question.codes.is_empty() => return None,
        Form::Code => Presented::codes(codes),
        Form::Image => Presented::image(codes),
        #[cfg(feature = "full")]
        Form::Json => Presented::json(file),
        #[cfg(feature = "full")]
        Form::Badge => badge(file, &question.codes),
    })
}

#[cfg(feature = "full")]
fn badge(file: &[u8], codes: &[String]) -> Presented {
    let codes = codes.iter().map(String::as_str);
    let baked = match file.starts_with(b"\x89PNG") {
        true => baked::read_png(file),
        false => baked::read_svg(file),
    };
    match baked {
        Ok(Some(credential)) => Presented::badge(&credential, codes),
        Ok(None) => Presented::image(codes),
        Err(error) => Presented::unreadable(presented::Form::Badge, error.to_string()),
    }
}

fn policy(question: &Question) -> Policy {
    let seconds = question.status_age_seconds;
    Policy {
        status_age: seconds.map_or(StatusAge::AsSigned, |seconds| StatusAge::AtMost { seconds }),
        ..Policy::default()
    }
}

/// The evidence of the bundle; none without one.
fn evidence(question: &Question, bundle: &[u8]) -> Result<Evidence, Refused> {
    if bundle.is_empty() {
        return Ok(Evidence::none());
    }
    let root = question.root.map_or(Root::OfTheBundle, Root::Pinned);
    let refused = |code, message| Refused {
        code,
        message,
        is_unfinished: false,
    };
    let bundle = Bundle::parse(bundle).map_err(|error| match error {
        BundleError::NewerFormat => refused("newer_format", error.to_string()),
        BundleError::Json(JsonError::FractionNotBuiltIn { .. }) => Refused {
            is_unfinished: true,
            ..refused("unreadable", error.to_string())
        },
        _ => refused("unreadable", error.to_string()),
    })?;
    let evidence = Evidence::from_bundle(&bundle, root, question.memory.clone());
    let evidence = evidence.map_err(|error| match &error {
        EvidenceError::Trust(cause) => refused("untrusted", cause.to_string()),
        EvidenceError::Rollback(cause) => refused("rolled_back", cause.to_string()),
    })?;
    match evidence.older_list() {
        Some(older) => Err(refused("rolled_back", older.to_string())),
        None => Ok(evidence),
    }
}

fn told(trust: &Trust, evidence: &Evidence) -> Told {
    let issuers = trust.issuers().map(|issuer| {
        let trusted = issuer.trusted();
        IssuerTold {
            id: trusted.id.clone(),
            name: trusted.name.clone(),
            contact: trusted.contact.clone(),
        }
    });
    let lists = evidence
        .status_lists()
        .map(|(url, held)| list_told(url, held));
    Told {
        anchor: trust.anchor(),
        root: *trust.root(),
        root_fingerprint: trust.root().fingerprint(),
        version: trust.version(),
        made: trust.made(),
        expires: trust.expires(),
        issuers: issuers.collect(),
        status_lists: lists.collect(),
        templates: evidence.template_count(),
        memory: evidence.remember().to_json(),
    }
}

fn list_told(url: &str, held: &Held) -> ListTold {
    let (made, valid_until, refused) = match held {
        Held::Usable(status) | Held::Unregistered(status) => {
            let list = status.list();
            (Some(list.valid_from()), list.valid_until(), None)
        }
        Held::Refused(why) => (None, None, Some(why.to_string())),
    };
    ListTold {
        url: url.to_owned(),
        made,
        valid_until,
        refused,
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
