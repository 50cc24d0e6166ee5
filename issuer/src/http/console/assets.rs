//! The files of the console: a style, scripts, a mark; and the reader of codes that it shares with the scan page
//! (`shared/web`).

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::gate::to;

const SCRIPT: &str = "text/javascript; charset=utf-8";

const FILES: [(&str, &str, &[u8]); 8] = [
    (
        "console.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../console/console.css"),
    ),
    (
        "console.js",
        SCRIPT,
        include_bytes!("../../../console/console.js"),
    ),
    (
        "door.js",
        SCRIPT,
        include_bytes!("../../../console/door.js"),
    ),
    (
        "mark.svg",
        "image/svg+xml",
        include_bytes!("../../../console/mark.svg"),
    ),
    (
        "lens.js",
        SCRIPT,
        include_bytes!("../../../../shared/web/lens.js"),
    ),
    (
        "reading.js",
        SCRIPT,
        include_bytes!("../../../../shared/web/reading.js"),
    ),
    (
        READER,
        SCRIPT,
        include_bytes!("../../../../shared/web/reader.js"),
    ),
    (
        "reader.wasm",
        "application/wasm",
        include_bytes!("../../../../shared/web/reader.wasm"),
    ),
];

/// The thread that reads codes: alone it may compile WebAssembly, and it reaches nothing but its module.
const READER: &str = "reader.js";
const READER_POLICY: &str = "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'self'";

/// One of them.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    let Some((name, kind, octets)) = FILES.iter().find(|(file, ..)| *file == name) else {
        return to("/");
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    if *name == READER {
        let policy = HeaderValue::from_static(READER_POLICY);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    (headers, *octets).into_response()
}
