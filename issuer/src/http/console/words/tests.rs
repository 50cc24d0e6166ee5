//! Both languages, whole, and nothing left over.

use axum::http::HeaderValue;

use super::*;

#[test]
fn the_language_is_the_chosen_one_or_the_browsers() {
    for (cookie, accepted, language) in [
        (None, None, Language::English),
        (None, Some("sw-KE,sw;q=0.9,en;q=0.8"), Language::Swahili),
        (None, Some("fr, en-GB;q=0.8, sw;q=0.5"), Language::English),
        (None, Some("fr"), Language::English),
        (Some("cheti-language=sw"), Some("en"), Language::Swahili),
        (Some("cheti-language=xx"), Some("sw"), Language::English),
    ] {
        let mut headers = HeaderMap::new();
        for (name, value) in [("cookie", cookie), ("accept-language", accepted)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        assert_eq!(
            Language::wanted(&headers),
            language,
            "{cookie:?} {accepted:?}"
        );
    }
}

/// Both languages are whole: no word is empty, none was left in the other language.
#[test]
fn every_word_is_translated() {
    for (name, english, swahili) in PAIRS {
        assert!(!english.is_empty() && !swahili.is_empty(), "{name}");
        assert!(english != swahili || *name == "pdf", "{name}: {english}");
        let ends = |text: &str| text.chars().last().filter(|c| matches!(c, '.' | ':' | '?'));
        assert_eq!(ends(english), ends(swahili), "{name}");
    }
}

/// No word is left over that no page shows.
#[test]
fn every_word_is_shown() {
    let sources = [
        include_str!("../account.rs"),
        include_str!("../batches.rs"),
        include_str!("../batches/issuing.rs"),
        include_str!("../batches/paper.rs"),
        include_str!("../certificates/acts.rs"),
        include_str!("../rosters/upload.rs"),
        include_str!("../ceremony.rs"),
        include_str!("../certificates.rs"),
        include_str!("../changes.rs"),
        include_str!("../courses.rs"),
        include_str!("../entry.rs"),
        include_str!("../gate.rs"),
        include_str!("../journal.rs"),
        include_str!("../keys.rs"),
        include_str!("../many.rs"),
        include_str!("../openid.rs"),
        include_str!("../operators.rs"),
        include_str!("../page.rs"),
        include_str!("../rosters.rs"),
        include_str!("../venue.rs"),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/console");
    let templates: String = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let all = sources.concat() + &templates;
    for (name, ..) in PAIRS {
        let is_word = |at: usize| {
            let after = all[at..].chars().nth(name.len() + 2);
            after.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_')
        };
        let wanted = format!("w.{name}");
        let mut places = all.match_indices(&wanted).map(|(at, _)| at);
        assert!(places.any(is_word), "{name}");
    }
}
