//! Answers with exact octets, an entity tag, and how long they may be kept.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use cheti_shared::ids::Digest;

/// How long an answer may be kept by whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caching {
    /// Ask again after a minute: it changes when a certificate is revoked.
    Short,
    /// For ever: the address names the content.
    Immutable,
}

/// Answer with these octets, or with 304 when the client holds them already (RFC 9110, 13.1.2).
pub(super) fn tagged(
    request: &HeaderMap,
    media_type: &'static str,
    octets: Bytes,
    caching: Caching,
) -> Response {
    let tag = format!("\"{}\"", Digest::of(&octets));
    let caching = HeaderValue::from_static(match caching {
        Caching::Short => "public, max-age=60",
        Caching::Immutable => "public, max-age=31536000, immutable",
    });
    let mut response = match holds(request, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(CONTENT_TYPE, media_type)], octets).into_response(),
    };
    response.headers_mut().insert(CACHE_CONTROL, caching);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn holds(request: &HeaderMap, tag: &str) -> bool {
    let lines = request.get_all(IF_NONE_MATCH).into_iter();
    let mut tags = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim);
    tags.any(|held| held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_holds_the_content_is_told_so() {
        let octets = Bytes::from_static(b"{}");
        let tag = format!("\"{}\"", Digest::of(&octets));
        for (sent, status) in [
            (tag.clone(), 304),
            (format!("\"other\", W/{tag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (tag.replace('"', ""), 200),
        ] {
            let mut request = HeaderMap::new();
            request.insert(IF_NONE_MATCH, sent.parse().unwrap());
            let answer = tagged(&request, "application/json", octets.clone(), Caching::Short);
            assert_eq!(answer.status().as_u16(), status, "{sent}");
            assert_eq!(answer.headers()[ETAG], tag);
        }
    }
}
