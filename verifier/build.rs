//! Packs the scan page into the program: each file of `web/`, of `shared/web/` and each module of `wasm/built/`, without what
//! only a reader of the source needs, compressed at build time.
#![allow(
    clippy::unwrap_used,
    reason = "a build that cannot read its own sources ends"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use sha2::{Digest as _, Sha256};

/// The page may load nothing but its own files, run no script that stands in it, and compile WebAssembly (THREATS 25).
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'";

/// What stands in the place of the server's form where there is no server.
const NO_SERVER: &str = "<p>This copy of the page has no server that could check. Use a current browser with script.</p>";

/// Files that are fetched when they are first needed, not ahead of that.
const LATER: [&str; 1] = ["web/verifier-full.wasm"];

struct File {
    path: String,
    octets: Vec<u8>,
}

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap());
    let page = read("web/index.html");
    let form = read("web/form.html");
    let filled = |form: &str| page.replace("{{policy}}", POLICY).replace("{{form}}", form);
    let mut files = folder("web", &["css", "js", "svg"]);
    files.extend(folder("../shared/web", &["js", "wasm"]));
    files.extend(folder("wasm/built", &["wasm"]));
    files.retain(|file| file.path != "web/offline.js");
    let served = filled(&form).replace("<html lang", "<html data-server lang");
    files.push(File::text("index.html", served));
    files.push(File::text(
        "manifest.webmanifest",
        read("web/manifest.webmanifest"),
    ));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let worker = worker(&files);
    files.push(File::text("offline.js", worker));
    files.push(File::text("static.html", filled(NO_SERVER)));
    let mut table = format!(
        "const POLICY: &str = \"{POLICY}; frame-ancestors 'none'\";\nstatic FILES: &[File] = &[\n"
    );
    for file in &files {
        file.pack(&out, &mut table);
    }
    fs::write(out.join("page.rs"), table + "];\n").unwrap();
}

fn read(path: &str) -> String {
    println!("cargo::rerun-if-changed={path}");
    fs::read_to_string(path).unwrap()
}

/// The files of a folder that end so, as the page names them.
fn folder(folder: &str, endings: &[&str]) -> Vec<File> {
    println!("cargo::rerun-if-changed={folder}");
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let wanted = |path: &PathBuf| {
        path.extension()
            .is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted))
    };
    let file = |path: PathBuf| {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_name().unwrap().to_str().unwrap();
        let octets = fs::read(&path).unwrap();
        File {
            octets: match name.ends_with(".js") || name.ends_with(".css") {
                true => bare(str::from_utf8(&octets).unwrap()).into_bytes(),
                false => octets,
            },
            path: format!("web/{name}"),
        }
    };
    paths.filter(wanted).map(file).collect()
}

/// A script or a style without comments that stand on lines of their own, and without indentation. No text in them goes over
/// several lines.
fn bare(source: &str) -> String {
    let mut bare = String::new();
    let mut in_comment = false;
    for line in source.lines().map(str::trim_start) {
        in_comment |= line.starts_with("/*");
        if !(in_comment || line.starts_with("//") || line.is_empty()) {
            bare.push_str(line);
            bare.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    bare
}

/// The service worker, which knows the files and a digest of them all.
fn worker(files: &[File]) -> String {
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.path.as_bytes());
        digest.update(Sha256::digest(&file.octets));
    }
    let worker = bare(&read("web/offline.js"));
    digest.update(worker.as_bytes());
    let ahead = files.iter().filter(|file| file.path.starts_with("web/"));
    let ahead = ahead.filter(|file| !LATER.contains(&file.path.as_str()));
    let names: Vec<String> = ahead.map(|file| format!("'{}'", file.path)).collect();
    worker
        .replace("{{version}}", &hex(&digest.finalize())[..16])
        .replace("/* {{files}} */", &names.join(", "))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

impl File {
    fn text(path: &str, text: String) -> Self {
        Self {
            path: path.to_owned(),
            octets: text.into_bytes(),
        }
    }

    /// In brotli: the smallest of what takes the octets as text or as a module's code. All decoders read both.
    fn packed(&self) -> Vec<u8> {
        let pack = |mode| {
            let mut brotli = Vec::new();
            let options = BrotliEncoderParams {
                quality: 11,
                lgwin: 22,
                mode,
                ..Default::default()
            };
            brotli::BrotliCompress(&mut self.octets.as_slice(), &mut brotli, &options).unwrap();
            brotli
        };
        let modes = [
            BrotliEncoderMode::BROTLI_MODE_GENERIC,
            BrotliEncoderMode::BROTLI_FORCE_MSB_PRIOR,
        ];
        let packed = modes.into_iter().map(pack);
        packed.min_by_key(Vec::len).unwrap()
    }

    fn pack(&self, out: &Path, table: &mut String) {
        let name = self.path.replace('/', "-");
        fs::write(out.join(format!("{name}.br")), self.packed()).unwrap();
        let digest = hex(&Sha256::digest(&self.octets));
        let _ = writeln!(
            table,
            "File {{ path: \"{}\", digest: \"{digest}\", brotli: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.br\")) }},",
            self.path
        );
    }
}
