//! The scan page's files (`verifier/web`, `verifier/wasm/built`), as `build.rs` packed them.

use std::io;

use serde_json::{Value, json};

/// A file of the page, compressed; browsers that fetch it over https take it so.
#[derive(Debug)]
pub struct File {
    /// Its path from the page's own folder.
    pub path: &'static str,
    /// SHA-256 of it, in hexadecimal digits.
    pub digest: &'static str,
    /// It in brotli.
    pub brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The Content Security Policy that the page is made for.
pub const CONTENT_POLICY: &str = POLICY;
/// The page as a service has it.
pub const SERVED: &str = "index.html";
/// The page for a folder of files without a service; it becomes `index.html` there.
pub const STATIC: &str = "static.html";

/// Every file.
pub fn all() -> &'static [File] {
    FILES
}

/// What the page is told of its host: the hosts that codes are printed for, and how old a status list may be.
pub fn settings(code_hosts: &[String], status_age_seconds: Option<i64>) -> Value {
    json!({"codeHosts": code_hosts, "statusAgeSeconds": status_age_seconds})
}

/// The file at this path.
pub fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

impl File {
    /// Its media type.
    pub fn kind(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("wasm") => "application/wasm",
            Some("webmanifest") => "application/manifest+json",
            _ => "application/octet-stream",
        }
    }

    /// It as it is.
    pub fn octets(&self) -> io::Result<Vec<u8>> {
        let mut octets = Vec::new();
        brotli_decompressor::BrotliDecompress(&mut &*self.brotli, &mut octets)?;
        Ok(octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_packed_and_of_a_known_kind() {
        for file in all() {
            assert_ne!(file.kind(), "application/octet-stream", "{}", file.path);
            assert!(!file.octets().unwrap().is_empty() && !file.brotli.is_empty());
        }
        assert!(find(SERVED).is_some() && find(STATIC).is_some() && find("web/app.js").is_some());
    }

    /// No script or style stands in the page, nothing comes from elsewhere, and no placeholder is left.
    #[test]
    fn the_page_keeps_its_own_policy() {
        for path in [SERVED, STATIC] {
            let page = String::from_utf8(find(path).unwrap().octets().unwrap()).unwrap();
            assert!(page.contains("wasm-unsafe-eval") && !page.contains("unsafe-inline"));
            assert!(!page.contains("{{") && !page.contains("<style") && !page.contains("style="));
            for script in page.split("<script").skip(1) {
                assert!(
                    script.contains("src=\"web/") && script.contains("></script>"),
                    "{script}"
                );
            }
            for (_, rest) in page.match_indices("http").map(|at| page.split_at(at.0)) {
                assert!(rest.starts_with("http-equiv"), "{rest:.40}");
            }
        }
        let server = |path| find(path).unwrap().octets().unwrap();
        assert!(String::from_utf8(server(SERVED)).unwrap().contains("<form"));
        assert!(!String::from_utf8(server(STATIC)).unwrap().contains("<form"));
    }

    /// THREATS 25: no script of the page parses text as HTML or runs text as code.
    #[test]
    fn text_is_never_parsed_as_markup() {
        for file in all().iter().filter(|file| file.path.ends_with(".js")) {
            let text = String::from_utf8(file.octets().unwrap()).unwrap();
            for never in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
            ] {
                assert!(!text.contains(never), "{}: {never}", file.path);
            }
        }
    }

    /// What a first visit loads, in one language, until the camera opens or a file is given: a slow phone waits for it.
    #[test]
    fn what_comes_before_the_camera_opens_is_small() {
        const LATER: [&str; 9] = [
            STATIC,
            "web/camera.js",
            "web/files.js",
            "web/lens.js",
            "web/reader.js",
            "web/reader.wasm",
            "web/reading.js",
            "web/verifier-full.wasm",
            "web/words-en.js",
        ];
        let first = all().iter().filter(|file| !LATER.contains(&file.path));
        let octets: usize = first.map(|file| file.brotli.len()).sum();
        assert!((50_000..=100_000).contains(&octets), "{octets}");
    }

    #[test]
    fn the_service_worker_keeps_every_file_that_a_code_needs() {
        let worker = String::from_utf8(find("offline.js").unwrap().octets().unwrap()).unwrap();
        assert!(!worker.contains("{{"));
        for file in all().iter().filter(|file| file.path.starts_with("web/")) {
            let later = file.path == "web/verifier-full.wasm";
            assert_eq!(worker.contains(file.path), !later, "{}", file.path);
        }
    }
}
