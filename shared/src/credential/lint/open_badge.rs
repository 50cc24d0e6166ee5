//! What holds for Open Badges 3.0: `AchievementCredential`, which is also called `OpenBadgeCredential` (O1-O3, O5, O6).

use serde_json::{Map, Value};

use super::shape::{at, escaped, items, pointed};
use super::{Findings, is_version_1};

impl Findings {
    /// O1, O2, O3, O6.
    pub(super) fn open_badge(&mut self, document: &Map<String, Value>) {
        let second = document
            .get("@context")
            .and_then(|contexts| contexts.get(1));
        let known = second
            .and_then(Value::as_str)
            .is_some_and(|url| url.starts_with("https://purl.imsglobal.org/spec/ob/v3p0/"));
        let what = "must be an Open Badges 3.0 context";
        self.require(known, "O1", "/@context/1", what);
        let from = match is_version_1(document) {
            true => "/issuanceDate",
            false => "/validFrom",
        };
        self.present(document, "O1", &["/id", from, "/credentialSubject/type"]);
        if document.get("issuer").is_some_and(Value::is_object) {
            self.present(document, "O2", &["/issuer/id", "/issuer/type"]);
        }
        let achievement = ["id", "type", "name", "description", "criteria"]
            .map(|name| format!("/credentialSubject/achievement/{name}"));
        self.present(document, "O2", &achievement);
        let named = ["/credentialSubject/id", "/credentialSubject/identifier"]
            .iter()
            .any(|pointer| at(document, pointer).is_some());
        let what = "needs an id or an identifier";
        self.require(named, "O1", "/credentialSubject", what);
        let status = document.get("credentialStatus");
        let single = status.is_none_or(|status| status.get("id").is_some_and(Value::is_string));
        let what = "must be one object with an id";
        self.require(single, "O3", "/credentialStatus", what);
        self.results(document);
    }

    fn present(
        &mut self,
        document: &Map<String, Value>,
        rule: &'static str,
        pointers: &[impl AsRef<str>],
    ) {
        for pointer in pointers.iter().map(AsRef::as_ref) {
            let there = at(document, pointer).is_some();
            self.require(there, rule, pointer, "is required");
        }
    }

    /// O6: a result description says what kind of result it describes, and a result of the kind `Status` has a status.
    fn results(&mut self, document: &Map<String, Value>) {
        const DESCRIPTIONS: &str = "/credentialSubject/achievement/resultDescription";
        let descriptions = at(document, DESCRIPTIONS);
        let mut by_status = Vec::new();
        for (pointer, description) in descriptions
            .into_iter()
            .flat_map(|all| pointed(DESCRIPTIONS, all))
        {
            for name in ["id", "type", "name", "resultType"] {
                let there = description.get(name).is_some();
                self.require(there, "O6", &format!("{pointer}/{name}"), "is required");
            }
            if description
                .get("resultType")
                .is_some_and(|kind| kind == "Status")
            {
                by_status.extend(description.get("id"));
            }
        }
        const RESULTS: &str = "/credentialSubject/result";
        let results = at(document, RESULTS);
        for (pointer, result) in results.into_iter().flat_map(|all| pointed(RESULTS, all)) {
            let typed = result.get("type").is_some();
            self.require(typed, "O6", &format!("{pointer}/type"), "is required");
            let described = result.get("resultDescription");
            let wanted = described.is_some_and(|id| by_status.contains(&id));
            let good = !wanted || result.get("status").is_some();
            let what = "is required where the result description's resultType is Status";
            self.require(good, "O6", &format!("{pointer}/status"), what);
        }
    }

    /// O5: what is null or an empty list is left out of a badge.
    pub(super) fn nothing_empty(&mut self, document: &Map<String, Value>) {
        for (name, value) in document.iter().filter(|(name, _)| *name != "@context") {
            self.not_empty(&format!("/{}", escaped(name)), value);
        }
    }

    fn not_empty(&mut self, pointer: &str, value: &Value) {
        const WHAT: &str = "is null or an empty list: leave it out";
        match value {
            Value::Null => self.add("O5", pointer, WHAT),
            Value::Array(items) if items.is_empty() => self.add("O5", pointer, WHAT),
            Value::Array(_) => {
                for (i, item) in items(value).iter().enumerate() {
                    self.not_empty(&format!("{pointer}/{i}"), item);
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    self.not_empty(&format!("{pointer}/{}", escaped(name)), value);
                }
            }
            _ => {}
        }
    }
}
