//! The document written otherwise before it is expanded, so that the expansion tells what it would leave out.

use serde_json::{Map, Value};

use super::JsonLdError;
use super::safe::check_language;

/// The document with some text in the place of each `null` and empty list.
pub(super) fn fill_empty(document: &Map<String, Value>) -> Map<String, Value> {
    let filled = |(name, value): (&String, &Value)| (name.clone(), filled(name, value));
    document.iter().map(filled).collect()
}

fn filled(name: &str, value: &Value) -> Value {
    match value {
        _ if name.starts_with('@') => value.clone(),
        value if is_empty(value) => Value::from("x"),
        Value::Object(members) => Value::Object(fill_empty(members)),
        Value::Array(items) => items.iter().map(|item| filled(name, item)).collect(),
        other => other.clone(),
    }
}

/// Whether it is `null` or a list of nothing else.
pub(super) fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value
            .as_array()
            .is_some_and(|items| items.iter().all(is_empty))
}

/// The document with the direction of each text in its datatype (JSON-LD 1.1 API, `i18n-datatype`).
pub(super) fn type_directions(
    document: &Map<String, Value>,
) -> Result<Map<String, Value>, JsonLdError> {
    let Some(direction) = document.get("@direction") else {
        let typed =
            |(name, value): (&String, &Value)| Ok((name.clone(), typed_directions(name, value)?));
        return document.iter().map(typed).collect();
    };
    let text = |name| {
        document
            .get(name)
            .map(|value: &Value| value.as_str().ok_or(name))
            .transpose()
    };
    let malformed = |_| {
        JsonLdError::Invalid("a text with a direction holds something else than text".to_owned())
    };
    let (value, language) = (
        text("@value").map_err(malformed)?,
        text("@language").map_err(malformed)?,
    );
    let known = |name: &String| {
        matches!(
            name.as_str(),
            "@value" | "@language" | "@direction" | "@index"
        )
    };
    match (value, direction.as_str()) {
        (Some(value), Some(direction @ ("ltr" | "rtl"))) if document.keys().all(known) => {
            let language = language
                .map(check_language)
                .transpose()?
                .unwrap_or_default();
            let datatype = format!("https://www.w3.org/ns/i18n#{language}_{direction}");
            let members = [("@value", value.to_owned()), ("@type", datatype)];
            Ok(members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect())
        }
        _ => Err(JsonLdError::Invalid(
            "@direction is \"ltr\" or \"rtl\", beside a @value".to_owned(),
        )),
    }
}

fn typed_directions(name: &str, value: &Value) -> Result<Value, JsonLdError> {
    Ok(match value {
        _ if name == "@context" => value.clone(),
        Value::Object(members) => Value::Object(type_directions(members)?),
        Value::Array(items) => {
            let typed: Result<Vec<_>, _> = items
                .iter()
                .map(|item| typed_directions(name, item))
                .collect();
            Value::Array(typed?)
        }
        other => other.clone(),
    })
}
