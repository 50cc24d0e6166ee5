//! The shapes that values have: URLs, texts with a language, names of types.

use serde_json::{Map, Value};

/// The elements of a list, or the one value that stands in its place.
pub(super) fn items(value: &Value) -> &[Value] {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The values that [`items`] gives, each with its JSON pointer.
pub(super) fn pointed<'a>(
    pointer: &'a str,
    value: &'a Value,
) -> impl Iterator<Item = (String, &'a Value)> {
    let is_list = value.is_array();
    let place = move |(i, item): (usize, &'a Value)| match is_list {
        true => (format!("{pointer}/{i}"), item),
        false => (pointer.to_owned(), item),
    };
    items(value).iter().enumerate().map(place)
}

/// A member's name as a JSON pointer writes it (RFC 6901, 3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// One name, or a list of one or more.
pub(super) fn is_type(value: &Value) -> bool {
    let named = |name: &Value| name.as_str().is_some_and(|name| !name.is_empty());
    let names = items(value);
    !names.is_empty() && names.iter().all(named)
}

/// A text, a language value object, or a list of these (VCDM 2.0, 11.1).
pub(super) fn is_language_text(value: &Value) -> bool {
    let one = |item: &Value| match item {
        Value::String(_) => true,
        Value::Object(members) => is_language_value(members),
        _ => false,
    };
    let texts = items(value);
    !texts.is_empty() && texts.iter().all(one)
}

fn is_language_value(members: &Map<String, Value>) -> bool {
    let member = |(name, value): (&String, &Value)| match name.as_str() {
        "@value" | "@language" => value.is_string(),
        "@direction" => value == "ltr" || value == "rtl",
        _ => false,
    };
    members.contains_key("@value") && members.iter().all(member)
}

/// Whether `value` is text that is an absolute URL by its shape: a scheme, a colon, something, and no white space.
pub(super) fn is_url(value: &Value) -> bool {
    let Some((scheme, rest)) = value.as_str().and_then(|text| text.split_once(':')) else {
        return false;
    };
    let well_formed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.');
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let clean = |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    let bare = rest.is_empty() || rest.starts_with('#');
    starts && scheme.bytes().all(well_formed) && !bare && rest.chars().all(clean)
}
