//! What holds for Open Badges 3.0: `AchievementCredential`, which is also called `OpenBadgeCredential` (O1-O3, O5, O6).

use serde_json::{Map, Value};

use super::shape::{escaped, items, pointed};
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
            true => "issuanceDate",
            false => "validFrom",
        };
        let subject = document.get("credentialSubject");
        let of_subject = |name| subject.and_then(|subject| subject.get(name));
        let achievement = of_subject("achievement");
        self.present("O1", "", Some(document), &["id", from]);
        self.present_in("O1", "/credentialSubject", subject, &["type"]);
        let issuer = document.get("issuer");
        if issuer.is_some_and(Value::is_object) {
            self.present_in("O2", "/issuer", issuer, &["id", "type"]);
        }
        let names = ["id", "type", "name", "description", "criteria"];
        self.present_in("O2", "/credentialSubject/achievement", achievement, &names);
        let named = ["id", "identifier"]
            .iter()
            .any(|name| of_subject(name).is_some());
        let what = "needs an id or an identifier";
        self.require(named, "O1", "/credentialSubject", what);
        let status = document.get("credentialStatus");
        let single = status.is_none_or(|status| status.get("id").is_some_and(Value::is_string));
        let what = "must be one object with an id";
        self.require(single, "O3", "/credentialStatus", what);
        let descriptions = achievement.and_then(|of| of.get("resultDescription"));
        self.results(descriptions, of_subject("result"));
    }

    fn present_in(
        &mut self,
        rule: &'static str,
        pointer: &str,
        object: Option<&Value>,
        names: &[&str],
    ) {
        self.present(rule, pointer, object.and_then(Value::as_object), names);
    }

    fn present(
        &mut self,
        rule: &'static str,
        pointer: &str,
        members: Option<&Map<String, Value>>,
        names: &[&str],
    ) {
        for name in names {
            let there = members.is_some_and(|members| members.contains_key(*name));
            self.require(there, rule, format_args!("{pointer}/{name}"), "is required");
        }
    }

    /// O6: a result description says what kind of result it describes, and a result of the kind `Status` has a status.
    fn results(&mut self, descriptions: Option<&Value>, results: Option<&Value>) {
        const DESCRIPTIONS: &str = "/credentialSubject/achievement/resultDescription";
        let mut by_status = Vec::new();
        for (pointer, description) in descriptions
            .into_iter()
            .flat_map(|all| pointed(DESCRIPTIONS, all))
        {
            let names = ["id", "type", "name", "resultType"];
            self.present_in("O6", &pointer, Some(description), &names);
            if description
                .get("resultType")
                .is_some_and(|kind| kind == "Status")
            {
                by_status.extend(description.get("id"));
            }
        }
        const RESULTS: &str = "/credentialSubject/result";
        for (pointer, result) in results.into_iter().flat_map(|all| pointed(RESULTS, all)) {
            self.present_in("O6", &pointer, Some(result), &["type"]);
            let described = result.get("resultDescription");
            let wanted = described.is_some_and(|id| by_status.contains(&id));
            let good = !wanted || result.get("status").is_some();
            let what = "is required where the result description's resultType is Status";
            self.require(good, "O6", format_args!("{pointer}/status"), what);
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
