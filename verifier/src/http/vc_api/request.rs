//! What a client of the VC API sends: a document and options. Options that are not known are tolerated (DESIGN §5).

use std::collections::BTreeSet;

use axum::extract::Request;
use cheti_shared::json;
use cheti_verifier_core::presentation;
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::super::verify;

/// What is to be verified, and how the answer is to look.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) document: Map<String, Value>,
    pub(super) options: Options,
}

/// How the answer is to look, and what a presentation must have been made for.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// Whether the credentials that were verified are returned.
    pub(super) credential: bool,
    /// Whether the presentation that was verified is returned.
    pub(super) presentation: bool,
    /// Whether what came of each step is returned.
    pub(super) results: bool,
    /// Whether what is wrong is returned; it is, unless asked not to.
    pub(super) no_problem_details: bool,
    /// What a presentation is held to (D3).
    pub(super) asked: presentation::Asked,
}

/// A credential: alone (`application/vc`), or as `verifiableCredential` beside `options`.
pub(super) async fn credential(request: Request) -> Result<Asked, Problem> {
    let alone = ["application/vc", "application/vc+ld+json"];
    read(request, "verifiableCredential", &alone).await
}

/// A presentation: alone (`application/vp`), or as `verifiablePresentation` beside `options`.
pub(super) async fn presentation(request: Request) -> Result<Asked, Problem> {
    let alone = ["application/vp", "application/vp+ld+json"];
    read(request, "verifiablePresentation", &alone).await
}

async fn read(
    request: Request,
    member: &'static str,
    alone: &[&'static str],
) -> Result<Asked, Problem> {
    let refuse = |detail: String| Problem::BadRequest(detail);
    let media_type = verify::media_type(request.headers());
    let is_alone = alone.contains(&media_type.as_str());
    if !is_alone
        && !matches!(
            media_type.as_str(),
            "application/json" | "application/ld+json"
        )
    {
        let wanted = alone.first().copied().unwrap_or_default();
        let detail = format!("send application/json or {wanted}");
        return Err(Problem::Unsupported(detail));
    }
    let body = verify::within(verify::body(request).await?)?;
    let parsed = json::parse(&body).map_err(|error| refuse(error.to_string()))?;
    let Value::Object(mut members) = parsed else {
        return Err(refuse("the body is no JSON object".to_owned()));
    };
    if is_alone && members.contains_key("@context") {
        let options = Options::default();
        let document = members;
        return Ok(Asked { document, options });
    }
    let Some(Value::Object(document)) = members.remove(member) else {
        return Err(refuse(format!("{member} must be an object")));
    };
    let options = options(members.remove("options"))?;
    Ok(Asked { document, options })
}

fn options(value: Option<Value>) -> Result<Options, Problem> {
    let members = match value {
        None => return Ok(Options::default()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(refuse("options must be an object")),
    };
    let flag = |name: &'static str| match members.get(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(refuse(&format!("options.{name} must be true or false"))),
    };
    let challenge = match members.get("challenge") {
        None => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err(refuse("options.challenge must be text")),
    };
    Ok(Options {
        credential: flag("returnCredential")?.unwrap_or(false),
        presentation: flag("returnPresentation")?.unwrap_or(false),
        results: flag("returnResults")?.unwrap_or(false),
        no_problem_details: flag("returnProblemDetails")? == Some(false),
        asked: presentation::Asked {
            domain: domain(members.get("domain"))?,
            challenge,
        },
    })
}

fn domain(value: Option<&Value>) -> Result<BTreeSet<String>, Problem> {
    let items = match value {
        None => return Ok(BTreeSet::new()),
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let texts: Option<BTreeSet<String>> = items
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect();
    texts
        .filter(|texts| !texts.is_empty())
        .ok_or_else(|| refuse("options.domain must be text or a list of texts"))
}

fn refuse(detail: &str) -> Problem {
    Problem::BadRequest(detail.to_owned())
}
