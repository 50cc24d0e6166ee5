//! The facts that people read on a certificate and compare with the paper.

use serde_json::{Map, Value};

/// What people read on a certificate and compare with the paper, taken from the document alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The graduate's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The course's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<String>,
    /// Results, as label and value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<(String, String)>,
    /// The award's date as the document writes it, `2026-10-16`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarded: Option<String>,
    /// The cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohort: Option<String>,
    /// The certificate number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// The issuer's name as the document gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_name: Option<String>,
    /// The training partner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
}

impl Facts {
    /// The facts of `document`. What is missing or no text is left out.
    pub fn of(document: &Map<String, Value>) -> Self {
        let subject = document
            .get("credentialSubject")
            .map(|subject| match subject {
                Value::Array(subjects) => subjects.first().unwrap_or(&Value::Null),
                one => one,
            });
        let subject = subject.unwrap_or(&Value::Null);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let achievement = |name| subject.get("achievement")?.get(name);
        let date = text(document.get("awardedDate")).or_else(|| text(document.get("validFrom")));
        Self {
            name: text(subject.get("name")),
            course: text(achievement("name")).or_else(|| text(document.get("name"))),
            results: results(subject),
            awarded: date.and_then(|date| date.get(..10).map(str::to_owned)),
            cohort: text(subject.get("term")),
            certificate_number: text(subject.get("licenseNumber")),
            issuer_name: text(document.get("issuer").and_then(|issuer| issuer.get("name"))),
            partner: text(subject.get("source").and_then(|source| source.get("name"))),
        }
    }
}

fn results(subject: &Value) -> Vec<(String, String)> {
    fn items(value: Option<&Value>) -> &[Value] {
        value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
    let achievement = subject.get("achievement");
    let descriptions = items(achievement.and_then(|of| of.get("resultDescription")));
    let label = |id: Option<&Value>| {
        let named = descriptions
            .iter()
            .find(|description| id.is_some() && description.get("id") == id);
        named
            .and_then(|description| description.get("name"))
            .and_then(Value::as_str)
            .unwrap_or("Result")
            .to_owned()
    };
    let read = |result: &Value| {
        let value = ["value", "status"]
            .iter()
            .find_map(|member| result.get(*member))?
            .as_str()?;
        Some((label(result.get("resultDescription")), value.to_owned()))
    };
    items(subject.get("result"))
        .iter()
        .filter_map(read)
        .collect()
}
