//! Rust source as the rules read it: without comments, texts and unit tests, as a list of the paths it names.

/// Every path (`std::fs::read`) and lone word of `text`, `use` trees unfolded, `super` and `self` resolved against the
/// file's own module, unit tests left out.
pub(crate) fn paths(path: &str, text: &str) -> Vec<String> {
    let words = words(&without_tests(&code(text)));
    let module = module(path);
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        rest = tree(rest, &[], &mut found);
    }
    found
        .into_iter()
        .map(|path| resolve(path, &module).join("::"))
        .collect()
}

/// The files that the code of `path` declares to hold unit tests alone: `#[cfg(test)] mod tests;`.
pub(crate) fn test_files(path: &str, text: &str) -> Vec<String> {
    let folder = match path.rsplit_once('/') {
        Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    };
    let code = code(text);
    let items = code.split(TEST_ONLY).skip(1);
    items
        .filter_map(|item| item.split_once(';'))
        .filter(|(item, _)| !item.contains('{'))
        .filter_map(|(item, _)| item.split_once("mod "))
        .map(|(_, name)| format!("{folder}/{}.rs", name.trim()))
        .collect()
}

const TEST_ONLY: &str = "#[cfg(test)]";

/// The code up to the module of unit tests, which stands last.
pub(crate) fn without_tests(code: &str) -> String {
    let mut from = 0;
    while let Some(at) = code[from..].find(TEST_ONLY).map(|at| at + from) {
        let after = &code[at + TEST_ONLY.len()..];
        let item = &after[..after.find(['{', ';']).unwrap_or(after.len())];
        let has_body = after[item.len()..].starts_with('{');
        if has_body && item.split_whitespace().any(|word| word == "mod") {
            return code[..at].to_owned();
        }
        from = at + TEST_ONLY.len();
    }
    code.to_owned()
}

/// `text` with comments and the content of texts and characters blanked out.
pub(crate) fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < bytes.len() {
        let rest = &text[i..];
        let skip = match bytes[i] {
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => block_comment(rest),
            b'r' | b'b' | b'c' if !follows_word(&out) => literal_with_prefix(rest),
            b'"' => quoted(rest),
            b'\'' => character(rest),
            _ => 0,
        };
        if skip == 0 {
            let c = rest.chars().next().unwrap();
            out.push(c);
            i += c.len_utf8();
        } else {
            out.push(' ');
            out.extend(rest[..skip].chars().filter(|c| *c == '\n'));
            i += skip;
        }
    }
    out
}

fn follows_word(out: &str) -> bool {
    out.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut i) = (0, 0);
    while i < rest.len() {
        let here = &rest.as_bytes()[i..];
        i += match here {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        if depth == 0 {
            return i;
        }
    }
    rest.len()
}

/// `"…"` with escapes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// `r#"…"#`, `b"…"`, `br"…"`, `b'…'`; 0 when it is an ordinary word.
fn literal_with_prefix(rest: &str) -> usize {
    let prefix = rest
        .bytes()
        .take_while(|c| matches!(c, b'r' | b'b' | b'c'))
        .count();
    let after = &rest[prefix..];
    let hashes = after.bytes().take_while(|c| *c == b'#').count();
    let raw = rest[..prefix].contains('r');
    match after[hashes..].bytes().next() {
        Some(b'"') if raw => {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = prefix + hashes + 1;
            rest[body..]
                .find(&end)
                .map_or(rest.len(), |at| body + at + end.len())
        }
        Some(b'"') if hashes == 0 => prefix + quoted(after),
        Some(b'\'') if hashes == 0 && prefix == 1 => prefix + character(after),
        _ => 0,
    }
}

/// `'x'` or `'\u{1f}'`; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => rest[3..].find('\'').map_or(rest.len(), |at| at + 4),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// Words and the signs that join them into paths.
fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_alphanumeric() || c == '_' => rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            c => c.len_utf8(),
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    words
}

fn is_word(word: Option<&String>) -> bool {
    word.is_some_and(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// Read one path, or the branches of a `use` tree, under `prefix`; what follows it.
fn tree<'a>(
    mut rest: &'a [String],
    prefix: &[String],
    found: &mut Vec<Vec<String>>,
) -> &'a [String] {
    let mut path = prefix.to_vec();
    if rest.first().is_some_and(|word| word == "::") {
        rest = &rest[1..];
    }
    if !is_word(rest.first()) {
        return rest.get(1..).unwrap_or_default();
    }
    loop {
        path.push(rest[0].clone());
        rest = &rest[1..];
        let joined = rest.first().is_some_and(|word| word == "::");
        match rest.get(1) {
            Some(next) if joined && is_word(Some(next)) => rest = &rest[1..],
            Some(next) if joined && next == "{" => return branches(&rest[2..], &path, found),
            _ => break,
        }
    }
    found.push(path);
    rest
}

fn branches<'a>(
    mut rest: &'a [String],
    path: &[String],
    found: &mut Vec<Vec<String>>,
) -> &'a [String] {
    while let Some(word) = rest.first() {
        match word.as_str() {
            "}" => return &rest[1..],
            "self" if rest.get(1).is_none_or(|next| next != "::") => {
                found.push(path.to_vec());
                rest = &rest[1..];
            }
            _ => rest = tree(rest, path, found),
        }
    }
    rest
}

/// The module of the file: `issuer/src/app/issue.rs` is `crate::app::issue`.
fn module(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or(path, |(_, inside)| inside);
    let inside = inside.trim_end_matches(".rs");
    let inside = inside.strip_suffix("mod").unwrap_or(inside);
    let parts = inside
        .split('/')
        .filter(|part| !part.is_empty() && !matches!(*part, "lib" | "main"));
    std::iter::once("crate")
        .chain(parts)
        .map(str::to_owned)
        .collect()
}

fn resolve(path: Vec<String>, module: &[String]) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = path.as_slice();
    if !matches!(rest.first().map(String::as_str), Some("super" | "self")) || rest.len() < 2 {
        return path;
    }
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "super" => base.truncate(base.len().saturating_sub(1)),
            "self" => {}
            _ => break,
        }
        rest = after;
    }
    base.extend_from_slice(rest);
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        paths("issuer/src/app/issue.rs", text)
    }

    #[test]
    fn use_trees_are_unfolded_and_relative_paths_resolved() {
        let text =
            "use std::{fmt, fs::{self, File}, io::Read as _};\nuse super::super::store::{Store};";
        let found = found(text);
        for path in [
            "std::fmt",
            "std::fs",
            "std::fs::File",
            "std::io::Read",
            "crate::store::Store",
        ] {
            assert!(found.contains(&path.to_owned()), "{path} in {found:?}");
        }
        assert_eq!(
            paths("issuer/src/app/mod.rs", "self::ports::Store"),
            ["crate::app::ports::Store"]
        );
    }

    #[test]
    fn paths_inside_expressions_and_types_are_found() {
        let found =
            found("fn f(x: &sled::Db) -> Vec<::tokio::Task> { let a = std :: env::var; async {} }");
        for path in ["sled::Db", "tokio::Task", "std::env::var", "async"] {
            assert!(found.contains(&path.to_owned()), "{path} in {found:?}");
        }
    }

    #[test]
    fn comments_texts_and_unit_tests_are_no_code() {
        for text in [
            "// sled::Db",
            "/* a /* sled::Db */ sled::Db */",
            r#"const A: &str = "sled::Db \" sled::Db";"#,
            r##"const A: &str = r#"sled::Db " sled::Db"#;"##,
            r#"const A: &[u8] = b"sled::Db";"#,
            "/// sled::Db\n#[cfg(test)]\nmod tests { use sled::Db; }",
            "#[cfg(test)]\npub(crate) mod tests { use sled::Db; }",
        ] {
            let found = found(text);
            assert!(
                !found.iter().any(|path| path.contains("sled")),
                "{text}: {found:?}"
            );
        }
        for text in [
            "const C: char = '\"'; use sled::Db; // \"",
            "const C: char = '\\''; use sled::Db;",
            "fn f<'a>(x: &'a str) { sled::Db }",
            "#[cfg(test)]\nuse a::b;\nuse sled::Db;",
            "let br = 1; sled::Db",
        ] {
            assert!(found(text).contains(&"sled::Db".to_owned()), "{text}");
        }
    }

    #[test]
    fn files_of_unit_tests_are_known_by_their_declaration() {
        let text = "mod a;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod samples;\nmod b;\n#[cfg(test)]\nuse x::y;";
        let found = ["issuer/src/store/tests.rs", "issuer/src/store/samples.rs"];
        assert_eq!(test_files("issuer/src/store/mod.rs", text), found);
        assert_eq!(test_files("issuer/src/store.rs", text), found);
        assert_eq!(
            test_files("issuer/src/store.rs", "#[cfg(test)]\nmod tests { mod a; }"),
            [""; 0]
        );
        assert_eq!(without_tests(text), text);
    }
}
