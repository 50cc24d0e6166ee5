//! Telephones at a desk without the internet: how one is told to trust the desk's own certificate.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::response::Response;

use super::entry::{Framed, picture};
use super::page::{Frame, Trouble, show};
use crate::http::service::Shared;

#[derive(Template)]
#[template(path = "console/phones.html")]
struct Phones<'a> {
    frame: &'a Frame,
    address: String,
    picture: String,
    fingerprint: String,
}

pub(super) async fn page(
    State(service): State<Shared>,
    Extension(frame): Framed,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let host = host.as_ref().map_or("localhost", Authority::host);
    let local = service.parts.local_authority.as_ref();
    let port = local.map_or(0, |local| local.public_port);
    let address = format!("http://{host}:{port}/local-authority.crt");
    show(&Phones {
        picture: picture(&address),
        address,
        fingerprint: local
            .map(|local| local.fingerprint.clone())
            .unwrap_or_default(),
        frame: &frame,
    })
}
