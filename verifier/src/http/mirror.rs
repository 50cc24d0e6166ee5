//! What the issuer publishes, from the bundle in use: status lists, their reasons and templates under the issuer's own
//! paths, so that a page or another verifier needs no other host.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};
use cheti_shared::bundle::Bundle;
use cheti_shared::ids::{Digest, TemplateId};
use cheti_shared::qr::template::Template;
use serde_json::Value;

use super::problem::Problem;
use super::service::Service;

/// The parts of a bundle, each as it is answered.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    /// By the last part of the list's URL; none where two lists of different issuers have the same.
    lists: BTreeMap<String, Option<List>>,
    templates: Vec<Template>,
}

#[derive(Debug)]
struct List {
    credential: Bytes,
    reasons: Option<Bytes>,
}

impl Mirror {
    /// The parts of the bundle in these octets; nothing when they are none.
    pub(super) fn of(bundle: &[u8]) -> Self {
        let Ok(bundle) = Bundle::parse(bundle) else {
            return Self::default();
        };
        let mut lists: BTreeMap<String, Option<List>> = BTreeMap::new();
        for published in &bundle.status_lists {
            let url = published.list.get("id").and_then(Value::as_str);
            let Some((_, name)) = url.and_then(|url| url.rsplit_once("/status/")) else {
                continue;
            };
            let octets = |members| Bytes::from(Value::Object(members).to_string());
            let list = List {
                credential: octets(published.list.clone()),
                reasons: published.reasons.clone().map(octets),
            };
            let place = lists.entry(name.to_owned());
            place.and_modify(|list| *list = None).or_insert(Some(list));
        }
        Self {
            lists,
            templates: bundle.templates,
        }
    }

    fn list(&self, name: &str) -> Option<&List> {
        self.lists.get(name)?.as_ref()
    }

    /// Every template with this id as a list, or the one with this digest.
    fn template(&self, name: &str) -> Option<Value> {
        let json = |template: &Template| template.to_json();
        if let Ok(digest) = name.parse::<Digest>() {
            let mut templates = self.templates.iter();
            return templates
                .find(|template| template.digest() == digest)
                .map(json);
        }
        let id: TemplateId = name.parse().ok()?;
        let found = self.templates.iter().filter(|template| template.id() == id);
        let found: Vec<Value> = found.map(json).collect();
        (!found.is_empty()).then_some(Value::Array(found))
    }
}

pub(super) async fn status_list(
    State(service): State<Arc<Service>>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mirror = service.mirror();
    let list = mirror.list(&list).ok_or(Problem::NotFound)?;
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let kind = match accepts.is_some_and(|accept| accept.contains("application/vc")) {
        true => "application/vc",
        false => "application/json",
    };
    Ok(answer(kind, list.credential.clone()))
}

pub(super) async fn reasons(
    State(service): State<Arc<Service>>,
    Path(list): Path<String>,
) -> Result<Response, Problem> {
    let mirror = service.mirror();
    let list = mirror.list(&list).ok_or(Problem::NotFound)?;
    let reasons = list.reasons.clone().ok_or(Problem::NotFound)?;
    Ok(answer("application/json", reasons))
}

pub(super) async fn template(
    State(service): State<Arc<Service>>,
    Path(template): Path<String>,
) -> Result<Response, Problem> {
    let found = service.mirror().template(&template);
    let found = found.ok_or(Problem::NotFound)?;
    Ok(answer("application/json", found.to_string().into()))
}

fn answer(kind: &'static str, octets: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=60"),
        (VARY, "accept"),
    ];
    (headers, octets).into_response()
}
