//! The endpoints as a table, from which both the router and its description are made, so that the two cannot differ.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post};

use super::service::Service;
use super::{batch, docs, mirror, openapi, page, reports, scan_page, vc_api, verify, watch};

/// One method of one path.
pub(super) struct Endpoint {
    /// GET, POST or DELETE.
    pub(super) method: Method,
    /// The path, its parameters in braces.
    pub(super) path: &'static str,
    /// What it does, in one sentence.
    pub(super) summary: &'static str,
    /// The content types of what it takes.
    pub(super) takes: &'static [&'static str],
    /// The content types of what it gives.
    pub(super) gives: &'static [&'static str],
    handler: MethodRouter<Arc<Service>>,
}

const HTML: &[&str] = &["text/html"];
const JSON: &[&str] = &["application/json"];
const TEXT: &[&str] = &["text/plain"];

/// Every endpoint.
pub(super) fn all() -> Vec<Endpoint> {
    vec![
        read(
            "/",
            HTML,
            "The page that checks a certificate in the browser",
            get(scan_page::page),
        ),
        send(
            "/",
            &["multipart/form-data"],
            HTML,
            "Check what the form for browsers without script sends",
            post(page::upload),
        ),
        read(
            "/style.css",
            &["text/css"],
            "The style of the form's result",
            get(page::style),
        ),
        read(
            "/web/{file}",
            &[
                "text/javascript",
                "text/css",
                "image/svg+xml",
                "application/wasm",
            ],
            "A file of the page",
            get(scan_page::file),
        ),
        read(
            "/offline.js",
            &["text/javascript"],
            "The page's service worker",
            get(scan_page::worker),
        ),
        read(
            "/manifest.webmanifest",
            &["application/manifest+json"],
            "The page as an installable application",
            get(scan_page::manifest),
        ),
        read(
            "/settings.json",
            JSON,
            "What the page has to know of its host",
            get(scan_page::settings),
        ),
        send(
            "/v1/verify",
            verify::MEDIA_TYPES,
            JSON,
            "Judge a certificate in any form; a report with a decision",
            post(verify::verify),
        ),
        send(
            batch::PATH,
            batch::MEDIA_TYPES,
            batch::GIVES,
            "Judge many: a line for each item in the order in which they were sent, and a summary",
            post(batch::verify),
        ),
        send(
            reports::PATH,
            JSON,
            JSON,
            "Whether a signed report is whole, and of a verifier that is trusted here",
            post(reports::verify),
        ),
        send(
            watch::PATH,
            verify::MEDIA_TYPES,
            JSON,
            "Watch a certificate: be told when it is revoked or suspended later",
            post(watch::register),
        ),
        Endpoint {
            method: Method::DELETE,
            ..read(
                watch::ONE,
                &[],
                "Watch a certificate no longer",
                delete(watch::forget),
            )
        },
        read(
            watch::CHANGES,
            JSON,
            "Which watched certificates changed",
            get(watch::changes),
        ),
        read(
            watch::DEAD_LETTERS,
            JSON,
            "Which changes the webhook never took",
            get(watch::dead_letters),
        ),
        send(
            "/credentials/verify",
            &["application/json", "application/vc"],
            JSON,
            "VC API: verify a credential; 422 when it does not verify",
            post(vc_api::credential),
        ),
        send(
            "/presentations/verify",
            &["application/json", "application/vp"],
            JSON,
            "VC API: verify a presentation and its credentials; 422 when it does not verify",
            post(vc_api::presentation),
        ),
        read(
            "/bundle",
            JSON,
            "The trust bundle in use",
            get(super::bundle),
        ),
        read(
            "/status/{list}",
            &["application/json", "application/vc"],
            "A status list of the bundle in use",
            get(mirror::status_list),
        ),
        read(
            "/status/{list}/reasons",
            JSON,
            "Why places of a status list are set",
            get(mirror::reasons),
        ),
        read(
            "/t/{template}",
            JSON,
            "Templates by id (8 hexadecimal digits), or one by digest (64)",
            get(mirror::template),
        ),
        read(
            "/healthz",
            TEXT,
            "Whether the service is alive",
            get(super::healthz),
        ),
        read(
            "/metrics",
            TEXT,
            "Figures for Prometheus",
            get(super::metrics),
        ),
        read(
            "/openapi.json",
            JSON,
            "This interface, described",
            get(openapi::describe),
        ),
        read(
            "/docs",
            HTML,
            "This interface, described for people",
            get(docs::page),
        ),
        read(
            "/docs.css",
            &["text/css"],
            "The style of the description",
            get(docs::style),
        ),
    ]
}

/// The routes of every endpoint.
pub(super) fn router() -> Router<Arc<Service>> {
    let add = |router: Router<_>, endpoint: Endpoint| router.route(endpoint.path, endpoint.handler);
    all().into_iter().fold(Router::new(), add)
}

fn read(
    path: &'static str,
    gives: &'static [&'static str],
    summary: &'static str,
    handler: MethodRouter<Arc<Service>>,
) -> Endpoint {
    Endpoint {
        method: Method::GET,
        path,
        summary,
        takes: &[],
        gives,
        handler,
    }
}

fn send(
    path: &'static str,
    takes: &'static [&'static str],
    gives: &'static [&'static str],
    summary: &'static str,
    handler: MethodRouter<Arc<Service>>,
) -> Endpoint {
    Endpoint {
        method: Method::POST,
        takes,
        ..read(path, gives, summary, handler)
    }
}
