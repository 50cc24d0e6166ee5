//! Members of an object that was read, as the types they stand for. By hand, where a browser reads too: derived readers are
//! a set of functions for each type.

use serde_json::{Map, Value};

/// A member that is missing, or not what it should be; and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", place(path))]
pub struct MemberError {
    /// Names of members and numbers of elements, as in `issuers/0/name`.
    pub path: String,
    /// What is wrong with it.
    pub what: &'static str,
}

fn place(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!("{path}: "),
    }
}

impl MemberError {
    /// What is wrong with the value at hand; whoever knows its name adds it.
    pub fn new(what: &'static str) -> Self {
        let path = String::new();
        Self { path, what }
    }

    /// The element with this number.
    fn at(self, place: usize) -> Self {
        self.within(&place.to_string())
    }

    /// The member with this name.
    fn within(self, name: &str) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{name}/{path}"),
        };
        Self { path, ..self }
    }
}

/// What can be read from a value.
pub trait FromJson: Sized {
    /// Read it.
    fn from_json(value: &Value) -> Result<Self, MemberError>;
}

/// The member with this name.
pub fn member<T: FromJson>(of: &Map<String, Value>, name: &str) -> Result<T, MemberError> {
    optional(of, name)?.ok_or_else(|| MemberError::new("missing").within(name))
}

/// The member with this name, if it is there; `null` is not there.
pub fn optional<T: FromJson>(
    of: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, MemberError> {
    match of.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match T::from_json(value) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.within(name)),
        },
    }
}

/// Refuse members that have none of these names.
pub fn only(of: &Map<String, Value>, names: &[&str]) -> Result<(), MemberError> {
    match of.keys().find(|name| !names.contains(&name.as_str())) {
        Some(unknown) => Err(MemberError::new("not known here").within(unknown)),
        None => Ok(()),
    }
}

/// The value as an object.
pub fn object(value: &Value) -> Result<&Map<String, Value>, MemberError> {
    value
        .as_object()
        .ok_or_else(|| MemberError::new("not an object"))
}

/// The value as a text.
pub fn text(value: &Value) -> Result<&str, MemberError> {
    value.as_str().ok_or_else(|| MemberError::new("not a text"))
}

impl FromJson for Value {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        Ok(value.clone())
    }
}

impl FromJson for Map<String, Value> {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        object(value).cloned()
    }
}

impl FromJson for String {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        text(value).map(str::to_owned)
    }
}

impl FromJson for u64 {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        value
            .as_u64()
            .ok_or_else(|| MemberError::new("not a whole number"))
    }
}

impl FromJson for u32 {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let number = u64::from_json(value)?;
        Self::try_from(number).map_err(|_| MemberError::new("too large"))
    }
}

impl FromJson for i64 {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        value
            .as_i64()
            .ok_or_else(|| MemberError::new("not a whole number"))
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let items = value
            .as_array()
            .ok_or_else(|| MemberError::new("not a list"))?;
        let mut read = Self::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            read.push(T::from_json(item).map_err(|error| error.at(i))?);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        struct Entry;
        impl FromJson for Entry {
            fn from_json(value: &Value) -> Result<Self, MemberError> {
                let members = object(value)?;
                only(members, &["at", "names"])?;
                member::<Timestamp>(members, "at")?;
                optional::<Vec<String>>(members, "names")?;
                Ok(Self)
            }
        }
        let at = "2026-10-16T06:00:00Z";
        for (value, wanted) in [
            (json!({"list": [{"at": at}]}), None),
            (json!({"list": [{"at": at, "names": null}]}), None),
            (json!({}), Some("list: missing")),
            (json!({"list": {}}), Some("list: not a list")),
            (
                json!({"list": [{"at": at}, 7]}),
                Some("list/1: not an object"),
            ),
            (
                json!({"list": [{"at": at}, {}]}),
                Some("list/1/at: missing"),
            ),
            (
                json!({"list": [{"at": "now"}]}),
                Some("list/0/at: malformed"),
            ),
            (json!({"list": [{"at": 7}]}), Some("list/0/at: not a text")),
            (
                json!({"list": [{"at": at, "names": ["a", 1]}]}),
                Some("list/0/names/1: not a text"),
            ),
            (
                json!({"list": [{"at": at, "x": 1}]}),
                Some("list/0/x: not known here"),
            ),
        ] {
            let read = member::<Vec<Entry>>(object(&value).unwrap(), "list");
            let error = read.err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), wanted, "{value}");
        }
    }
}
