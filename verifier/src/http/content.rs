//! Answers made ahead, with an entity tag, compressed for whoever takes that.

use std::io::Write as _;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use cheti_shared::ids::Digest;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Octets as they were published, and the same in gzip where that is shorter.
#[derive(Clone, Debug)]
pub(super) struct Content {
    octets: Bytes,
    gzip: Option<Bytes>,
    tag: String,
}

impl Content {
    /// Compress once what will be asked for often.
    pub(super) fn new(octets: impl Into<Bytes>) -> Self {
        let octets = octets.into();
        // One tag names both forms, so it is a weak one (RFC 9110, 8.8.1).
        let tag = format!("W/\"{}\"", Digest::of(&octets));
        let gzip = gzip(&octets).filter(|gzip| gzip.len() < octets.len());
        Self { octets, gzip, tag }
    }

    /// The octets in the form that the client takes; nothing when it has them already.
    pub(super) fn answer(
        &self,
        asked: &HeaderMap,
        media_type: &'static str,
        caching: &'static str,
    ) -> Response {
        let headers = [
            (CACHE_CONTROL, caching),
            (ETAG, self.tag.as_str()),
            (VARY, "accept, accept-encoding"),
        ];
        if holds(asked, &self.tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let headers = (headers, [(CONTENT_TYPE, media_type)]);
        match self.gzip.as_ref().filter(|_| takes(asked, "gzip")) {
            Some(gzip) => (headers, [(CONTENT_ENCODING, "gzip")], gzip.clone()).into_response(),
            None => (headers, self.octets.clone()).into_response(),
        }
    }
}

fn gzip(octets: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Whether the client holds what this tag names, compared weakly (RFC 9110, 13.1.2).
pub(super) fn holds(asked: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let lines = asked.get_all(IF_NONE_MATCH).into_iter();
    let mut held = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(',').map(str::trim));
    held.any(|held| held == "*" || opaque(held) == opaque(tag))
}

/// Whether the client takes this coding (RFC 9110, 12.5.3).
pub(super) fn takes(asked: &HeaderMap, coding: &str) -> bool {
    let lines = asked.get_all(ACCEPT_ENCODING).into_iter();
    let mut offers = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|offer| offer.split(';').map(str::trim));
    offers.any(|mut offer| offer.next() == Some(coding) && !offer.any(|weight| weight == "q=0"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn asked(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_client_is_given_the_form_it_takes() {
        let content = Content::new(vec![b'a'; 4_000]);
        for (accepted, gzip) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
        ] {
            let asked = asked(ACCEPT_ENCODING, accepted);
            let answer = content.answer(&asked, "application/json", "no-cache");
            let coding = answer.headers().get(CONTENT_ENCODING);
            assert_eq!(coding.is_some(), gzip, "{accepted}");
        }
        let short = Content::new(vec![1, 2, 3]);
        let asked = asked(ACCEPT_ENCODING, "gzip");
        let answer = short.answer(&asked, "application/json", "no-cache");
        assert!(!answer.headers().contains_key(CONTENT_ENCODING));
    }

    #[test]
    fn a_client_that_holds_it_is_told_so() {
        let content = Content::new(&b"{}"[..]);
        let strong = content.tag.replace("W/", "");
        for (sent, status) in [
            (content.tag.clone(), 304),
            (format!("\"other\", {strong}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (strong.replace('"', ""), 200),
        ] {
            let asked = asked(IF_NONE_MATCH, &sent);
            let answer = content.answer(&asked, "application/json", "no-cache");
            assert_eq!(answer.status().as_u16(), status, "{sent}");
        }
    }
}
