//! What the issuer publishes, from the bundle in use: status lists, their reasons and templates under the issuer's own
//! paths, so that a page or another verifier needs no other host.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use cheti_shared::bundle::Bundle;
use cheti_shared::ids::{Digest, TemplateId};
use cheti_shared::qr::template::Template;
use serde_json::Value;

use super::content::Content;
use super::problem::Problem;
use super::service::Service;

/// A part may be kept for a minute: it changes when a certificate is revoked.
const MINUTE: &str = "public, max-age=60";

/// The parts of a bundle, each as it is answered.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    /// By the last part of the list's URL; none where two lists of different issuers have the same.
    lists: BTreeMap<String, Option<List>>,
    templates: Vec<Template>,
}

#[derive(Debug)]
struct List {
    credential: Content,
    reasons: Option<Content>,
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
            let content = |members| Content::new(Value::Object(members).to_string());
            let list = List {
                credential: content(published.list.clone()),
                reasons: published.reasons.clone().map(content),
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
    Ok(list.credential.answer(&headers, kind, MINUTE))
}

pub(super) async fn reasons(
    State(service): State<Arc<Service>>,
    Path(list): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mirror = service.mirror();
    let list = mirror.list(&list).ok_or(Problem::NotFound)?;
    let reasons = list.reasons.as_ref().ok_or(Problem::NotFound)?;
    Ok(reasons.answer(&headers, "application/json", MINUTE))
}

pub(super) async fn template(
    State(service): State<Arc<Service>>,
    Path(template): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = service.mirror().template(&template);
    let found = found.ok_or(Problem::NotFound)?;
    let found = Content::new(found.to_string());
    Ok(found.answer(&headers, "application/json", MINUTE))
}
