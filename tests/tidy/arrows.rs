//! Who may name whom (DESIGN, The house): the arrows between and inside the packages.

use crate::source;
use crate::tree::{self, Finding};

/// What the sources below some folders never name.
struct Rule {
    name: &'static str,
    folders: &'static [&'static str],
    /// Folders or files inside them to which it does not apply.
    except: &'static [&'static str],
    never: &'static [&'static str],
    /// What may be named although it lies below something that may not.
    but: &'static [&'static str],
    why: &'static str,
}

/// The rules' names.
pub(crate) const RULES: [&str; 13] = [
    "pure",
    "shared-alone",
    "verifier-alone",
    "issuer-alone",
    "domain",
    "app",
    "surfaces",
    "adapters-store",
    "adapters-keys",
    "adapters-import",
    "adapters-openid",
    "one-place",
    "keypair",
];

const ARROWS: [Rule; 15] = [
    Rule {
        name: "pure",
        folders: &["shared/src", "shared/reader/src", "verifier/core/src"],
        except: &[],
        never: &[
            "tokio",
            "axum",
            "hyper",
            "sled",
            "getrandom",
            "rand",
            "async",
            "await",
            "println",
            "eprintln",
            "std::fs",
            "std::net",
            "std::env",
            "std::process",
            "std::thread",
            "std::os",
            "SystemTime",
            "Instant",
            "OsRng",
        ],
        but: &[],
        why: "evidence, time and random octets are arguments of the pure core",
    },
    Rule {
        name: "shared-alone",
        folders: &["shared/src", "shared/reader/src"],
        except: &[],
        never: &[
            "cheti_issuer",
            "cheti_print",
            "cheti_verifier",
            "cheti_verifier_core",
        ],
        but: &[],
        why: "both sides depend on shared, shared on neither",
    },
    Rule {
        name: "verifier-alone",
        folders: &["verifier"],
        except: &[],
        never: &["cheti_issuer", "cheti_print", "krilla"],
        but: &[],
        why: "the verifier judges without the issuer's code",
    },
    Rule {
        name: "issuer-alone",
        folders: &["issuer"],
        except: &[],
        never: &["cheti_verifier", "cheti_verifier_core"],
        but: &[],
        why: "the issuer signs, it does not judge",
    },
    Rule {
        name: "domain",
        folders: &["issuer/src/domain"],
        except: &[],
        never: &[
            "async",
            "await",
            "tokio",
            "axum",
            "hyper",
            "sled",
            "calamine",
            "cheti_print",
            "crate::app",
            "crate::store",
            "crate::keys",
            "crate::import",
            "crate::openid",
            "crate::http",
            "crate::cli",
            "crate::config",
            "std::fs",
            "std::net",
            "std::env",
            "SystemTime",
            "Instant",
        ],
        but: &[],
        why: "the domain is pure: it knows no use-case, no store, no HTTP and no clock",
    },
    Rule {
        name: "app",
        folders: &["issuer/src/app"],
        except: &[],
        never: &[
            "axum",
            "hyper",
            "sled",
            "krilla",
            "calamine",
            "cheti_print",
            "crate::store",
            "crate::keys",
            "crate::import",
            "crate::openid",
            "crate::http",
            "crate::cli",
            "std::fs",
            "std::net",
            "std::env",
        ],
        but: &[],
        why: "a use-case reaches the world only through the traits of its ports",
    },
    Rule {
        name: "surfaces",
        folders: &["issuer/src/http", "issuer/src/cli"],
        except: &[],
        never: &["crate::store", "crate::keys", "crate::openid", "sled"],
        but: &[],
        why: "a surface calls use-cases; only the wiring knows stores and keys",
    },
    Rule {
        name: "adapters-store",
        folders: &["issuer/src/store"],
        except: &[],
        never: &[
            "crate::app",
            "crate::keys",
            "crate::import",
            "crate::openid",
            "crate::http",
            "crate::cli",
            "cheti_print",
        ],
        but: &["crate::app::ports"],
        why: "an adapter knows its port and no other adapter",
    },
    Rule {
        name: "adapters-keys",
        folders: &["issuer/src/keys"],
        except: &[],
        never: &[
            "crate::app",
            "crate::store",
            "crate::import",
            "crate::openid",
            "crate::http",
            "crate::cli",
            "cheti_print",
        ],
        but: &["crate::app::ports"],
        why: "an adapter knows its port and no other adapter",
    },
    Rule {
        name: "adapters-import",
        folders: &["issuer/src/import"],
        except: &[],
        never: &[
            "crate::app",
            "crate::store",
            "crate::keys",
            "crate::http",
            "crate::cli",
            "cheti_print",
        ],
        but: &["crate::app::ports"],
        why: "an adapter knows its port and no other adapter",
    },
    Rule {
        name: "adapters-openid",
        folders: &["issuer/src/openid"],
        except: &[],
        never: &[
            "crate::app",
            "crate::store",
            "crate::keys",
            "crate::import",
            "crate::http",
            "crate::cli",
            "cheti_print",
        ],
        but: &["crate::app::ports"],
        why: "an adapter knows its port and no other adapter",
    },
    Rule {
        name: "one-place",
        folders: &["issuer/src", "shared", "verifier"],
        except: &[],
        never: &["krilla", "krilla_svg"],
        but: &[],
        why: "only the print room knows krilla",
    },
    Rule {
        name: "one-place",
        folders: &["issuer", "shared", "verifier"],
        except: &["issuer/src/store", "verifier/src/watch"],
        never: &["sled"],
        but: &[],
        why: "the store room alone knows sled; the verifier judges without a database and keeps one of what is watched alone",
    },
    Rule {
        name: "keypair",
        folders: &["issuer", "shared", "verifier"],
        except: &["shared/src/key"],
        never: &["ed25519_dalek", "curve25519_dalek"],
        but: &[],
        why: "only shared::key knows the curve: elsewhere a key is a PublicKey or a Signer",
    },
    Rule {
        name: "keypair",
        folders: &["shared/src/key"],
        except: &[],
        never: &[
            "hazmat",
            "ExpandedSecretKey",
            "raw_sign",
            "from_keypair_bytes",
            "verify_batch",
        ],
        but: &[],
        why: "no secret half is ever used with a public half that came separately (RUSTSEC-2022-0093), and no verdict is \
              a batch's",
    },
];

impl Rule {
    fn applies(&self, path: &str) -> bool {
        let inside = |folders: &[&str]| {
            folders.iter().any(|folder| {
                path.strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
            })
        };
        inside(self.folders) && !inside(self.except)
    }

    fn findings(&self, path: &str, text: &str) -> Vec<Finding> {
        if !self.applies(path) {
            return Vec::new();
        }
        let mut found = source::paths(path, text);
        found.sort();
        found.dedup();
        found.retain(|named| self.never.iter().any(|never| names(named, never)));
        found.retain(|named| !self.but.iter().any(|but| names(named, but)));
        let what = |named: String| format!("names {named}: {}", self.why);
        found
            .into_iter()
            .map(|named| Finding::new(path, what(named)))
            .collect()
    }
}

/// Whether the path `named` is `wanted` or lies below it. A type is recognised wherever it stands in the path, and so
/// are the words of the language.
fn names(named: &str, wanted: &str) -> bool {
    let named: Vec<&str> = named.split("::").collect();
    let wanted: Vec<&str> = wanted.split("::").collect();
    let anywhere = wanted[0].starts_with(char::is_uppercase)
        || matches!(
            wanted[0],
            "async" | "await" | "hazmat" | "raw_sign" | "verify_batch" | "from_keypair_bytes"
        );
    match anywhere {
        true => named.windows(wanted.len()).any(|part| part == wanted),
        false => named.starts_with(&wanted),
    }
}

#[test]
fn every_arrow_points_the_right_way() {
    let mut files = tree::sources();
    files.retain(|file| !file.is_test);
    assert!(files.len() > 20, "the walk did not find the sources");
    for rule in RULES {
        let arrows = ARROWS.iter().filter(|arrow| arrow.name == rule);
        let broken = arrows.flat_map(|arrow| {
            files
                .iter()
                .flat_map(|file| arrow.findings(&file.path, &file.text))
        });
        crate::report(rule, broken.collect());
    }
}

#[test]
fn each_arrow_can_fail() {
    for rule in &ARROWS {
        assert!(RULES.contains(&rule.name));
        for folder in rule.folders {
            let path = format!("{folder}/deep/inside.rs");
            for never in rule.never {
                for text in [
                    format!("use {never};"),
                    format!("use {never}::{{self, inner}};"),
                    format!("fn f() {{ let x = {never}::inner(1); }}"),
                ] {
                    assert_eq!(
                        rule.findings(&path, &text).len().min(1),
                        1,
                        "{path}: {text}"
                    );
                }
                for text in [
                    format!("//! Never {never}."),
                    format!("const A: &str = \"{never}\";"),
                    format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{ use {never}; }}"),
                    format!("use other::un{}::inner;", never.replace("::", "_")),
                ] {
                    assert_eq!(rule.findings(&path, &text), [], "{path}: {text}");
                }
            }
            for but in rule.but {
                assert_eq!(rule.findings(&path, &format!("use {but}::Store;")), []);
            }
        }
        for except in rule.except {
            let text = format!("use {};", rule.never[0]);
            assert_eq!(rule.findings(&format!("{except}/mod.rs"), &text), []);
        }
    }
}

#[test]
fn relative_paths_and_flat_modules_are_seen() {
    let text = "use super::super::store::Store;";
    for path in ["issuer/src/http/batches.rs", "issuer/src/cli/batch.rs"] {
        assert!(
            ARROWS
                .iter()
                .any(|rule| !rule.findings(path, text).is_empty()),
            "{path}"
        );
    }
    let store = ARROWS
        .iter()
        .find(|rule| rule.name == "adapters-store")
        .unwrap();
    assert_eq!(
        store
            .findings("issuer/src/store.rs", "use crate::keys::Vault;")
            .len(),
        1
    );
}

#[test]
fn rules_look_at_folders_that_exist() {
    let root = tree::root();
    let folders = ARROWS
        .iter()
        .flat_map(|rule| rule.folders.iter().chain(rule.except));
    for folder in folders {
        let exists = root.join(folder).is_dir();
        assert!(exists, "{folder} is gone, but a rule looks there");
    }
}
