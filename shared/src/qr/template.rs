//! A course's template: everything that is constant in its credentials, with slots for what varies (QR.md, Template).
//!
//! A template is untrusted: the signature covers the whole rebuilt credential, so a wrong or malicious template can only
//! make a check fail. It is immutable and named by its digest.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::codec::{Codec, CodecError};
use crate::canon::jcs;
use crate::ids::{Digest, TemplateId};
use crate::json::{self, JsonError};
use crate::try_all::try_all;

/// Octets of a template, as JSON.
pub const TEMPLATE_BYTES: usize = 64 << 10;
/// Fields of a template.
pub const TEMPLATE_FIELDS: usize = 64;

/// One varying field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The slot's name: lower-case letters and `_`.
    pub name: String,
    /// How it is written.
    pub codec: Codec,
}

/// A credential with slots `{name}` in its strings, and the codec of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    fields: Vec<Field>,
    credential: Map<String, Value>,
    digest: Digest,
}

/// The text forms of a template's fields, in its order.
pub type Values = Vec<String>;

/// Why something is no template, or a credential does not fit one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Not JSON, or too large.
    #[error("the template is not acceptable JSON")]
    Json(#[from] JsonError),
    /// A member is missing, or is not what a template has there.
    #[error("the template's {0} is missing or malformed")]
    Malformed(&'static str),
    /// A field that is declared twice, misnamed, or used nowhere.
    #[error("the template's field \"{0}\" is declared twice, misnamed or used nowhere")]
    Field(String),
    /// A brace that begins no declared slot.
    #[error("the text \"{0}\" has a brace that names no field of the template")]
    StrayBrace(String),
    /// Another number of values than fields.
    #[error("{values} values were given for {fields} fields")]
    Count {
        /// How many were given.
        values: usize,
        /// How many belong.
        fields: usize,
    },
    /// A value that its field cannot hold.
    #[error("the field \"{field}\" cannot hold its value")]
    Value {
        /// The field.
        field: String,
        /// Why.
        #[source]
        source: CodecError,
    },
    /// The credential was not made from this template.
    #[error("the credential differs from the template at {0}")]
    Mismatch(String),
}

impl Template {
    /// A template of these fields and this credential. The last field is the signature.
    pub fn new(fields: Vec<Field>, credential: Map<String, Value>) -> Result<Self, TemplateError> {
        check_fields(&fields)?;
        let mut used = vec![false; fields.len()];
        for_each_text(&credential, &mut |text| {
            for piece in pieces(text, &fields)? {
                if let Some(seen) = piece.slot().and_then(|slot| used.get_mut(slot)) {
                    *seen = true;
                }
            }
            Ok(())
        })?;
        if let Some((field, _)) = fields.iter().zip(&used).find(|(_, used)| !**used) {
            return Err(TemplateError::Field(field.name.clone()));
        }
        let digest = Digest::of(&jcs::canonicalize(&as_json(&fields, &credential)));
        Ok(Self {
            fields,
            credential,
            digest,
        })
    }

    /// Read a template as published.
    pub fn parse(bytes: &[u8]) -> Result<Self, TemplateError> {
        if bytes.len() > TEMPLATE_BYTES {
            let (bytes, limit) = (bytes.len(), TEMPLATE_BYTES);
            return Err(JsonError::TooLarge { bytes, limit }.into());
        }
        Self::from_json(&json::parse(bytes)?)
    }

    /// Read a template from a JSON value; members that no template has are refused.
    pub fn from_json(value: &Value) -> Result<Self, TemplateError> {
        let members = value
            .as_object()
            .ok_or(TemplateError::Malformed("object"))?;
        let known = |name: &String| matches!(name.as_str(), "v" | "fields" | "credential");
        if members.get("v").and_then(Value::as_u64) != Some(1) || !members.keys().all(known) {
            return Err(TemplateError::Malformed("version or member names"));
        }
        let fields = members.get("fields").and_then(Value::as_array);
        let fields = fields.ok_or(TemplateError::Malformed("list of fields"))?;
        let field = |field: &Value| {
            field_from_json(field).ok_or(TemplateError::Malformed("list of fields"))
        };
        let fields = try_all(fields, field)?;
        let credential = members.get("credential").and_then(Value::as_object);
        Self::new(
            fields,
            credential
                .ok_or(TemplateError::Malformed("credential"))?
                .clone(),
        )
    }

    /// The template as it is published and digested.
    pub fn to_json(&self) -> Value {
        as_json(&self.fields, &self.credential)
    }

    /// SHA-256(JCS(template)).
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The first four octets of the digest.
    pub fn id(&self) -> TemplateId {
        TemplateId::of(&self.digest)
    }

    /// The fields, in the order of the payload.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The credential with its slots unfilled.
    pub fn credential(&self) -> &Map<String, Value> {
        &self.credential
    }

    /// The credential with every slot filled, once, in the parsed string values: no value can break out of its string,
    /// and a slot's name inside a value stays as it is.
    pub fn fill(&self, values: &[String]) -> Result<Map<String, Value>, TemplateError> {
        self.count(values)?;
        self.fill_members(&self.credential, values)
    }

    /// Members with slots of this template, filled.
    pub(crate) fn fill_part(
        &self,
        part: &Map<String, Value>,
        values: &[String],
    ) -> Result<Map<String, Value>, TemplateError> {
        self.count(values)?;
        self.fill_members(part, values)
    }

    /// The values with which [`Template::fill`] gives exactly `credential`.
    pub fn extract(&self, credential: &Map<String, Value>) -> Result<Values, TemplateError> {
        let mut found: Vec<Option<String>> = vec![None; self.fields.len()];
        self.extract_members(&self.credential, credential, &mut String::new(), &mut found)?;
        let values: Option<Values> = found.into_iter().collect();
        let values = values.ok_or_else(|| TemplateError::Mismatch("its fields".to_owned()))?;
        match &self.fill(&values)? == credential {
            true => Ok(values),
            false => Err(TemplateError::Mismatch("a repeated field".to_owned())),
        }
    }

    /// The octets of `values`, one field after the other.
    pub fn encode(&self, values: &[String], out: &mut Vec<u8>) -> Result<(), TemplateError> {
        self.count(values)?;
        self.fields
            .iter()
            .zip(values)
            .try_for_each(|(field, value)| {
                let encoded = field.codec.encode(value, out);
                encoded.map_err(|source| TemplateError::Value {
                    field: field.name.clone(),
                    source,
                })
            })
    }

    /// The values that the octets at the front of `rest` hold.
    pub fn decode(&self, rest: &mut &[u8]) -> Result<Values, TemplateError> {
        let decode = |field: &Field| {
            let decoded = field.codec.decode(rest);
            decoded.map_err(|source| TemplateError::Value {
                field: field.name.clone(),
                source,
            })
        };
        try_all(&self.fields, decode)
    }

    fn count(&self, values: &[String]) -> Result<(), TemplateError> {
        let (values, fields) = (values.len(), self.fields.len());
        match values == fields {
            true => Ok(()),
            false => Err(TemplateError::Count { values, fields }),
        }
    }

    fn fill_members(
        &self,
        members: &Map<String, Value>,
        values: &[String],
    ) -> Result<Map<String, Value>, TemplateError> {
        let mut filled = Map::new();
        for (name, value) in members {
            filled.insert(name.clone(), self.fill_value(value, values)?);
        }
        Ok(filled)
    }

    fn fill_value(&self, value: &Value, values: &[String]) -> Result<Value, TemplateError> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill_text(text, values)?),
            Value::Array(items) => {
                Value::Array(try_all(items, |item| self.fill_value(item, values))?)
            }
            Value::Object(members) => Value::Object(self.fill_members(members, values)?),
            other => other.clone(),
        })
    }

    fn fill_text(&self, text: &str, values: &[String]) -> Result<String, TemplateError> {
        let mut filled = String::with_capacity(text.len() + 32);
        for piece in pieces(text, &self.fields)? {
            match piece {
                Piece::Literal(literal) => filled.push_str(literal),
                Piece::Slot(slot) => filled.push_str(values.get(slot).map_or("", String::as_str)),
            }
        }
        Ok(filled)
    }

    fn extract_value(
        &self,
        wanted: &Value,
        given: &Value,
        path: &mut String,
        found: &mut [Option<String>],
    ) -> Result<(), TemplateError> {
        let length = path.len();
        match (wanted, given) {
            (Value::String(wanted), Value::String(given)) => {
                if self.extract_text(wanted, given, found)?.is_none() {
                    return Err(TemplateError::Mismatch(path.clone()));
                }
            }
            (Value::Array(wanted), Value::Array(given)) if wanted.len() == given.len() => {
                for (i, (wanted, given)) in wanted.iter().zip(given).enumerate() {
                    let _ = write!(path, "/{i}");
                    self.extract_value(wanted, given, path, found)?;
                    path.truncate(length);
                }
            }
            (Value::Object(wanted), Value::Object(given)) => {
                self.extract_members(wanted, given, path, found)?;
            }
            _ if wanted == given => {}
            _ => return Err(TemplateError::Mismatch(path.clone())),
        }
        Ok(())
    }

    fn extract_members(
        &self,
        wanted: &Map<String, Value>,
        given: &Map<String, Value>,
        path: &mut String,
        found: &mut [Option<String>],
    ) -> Result<(), TemplateError> {
        if wanted.len() != given.len() {
            return Err(TemplateError::Mismatch(path.clone()));
        }
        let length = path.len();
        for (name, wanted) in wanted {
            let _ = write!(path, "/{name}");
            let given = given
                .get(name)
                .ok_or_else(|| TemplateError::Mismatch(path.clone()))?;
            self.extract_value(wanted, given, path, found)?;
            path.truncate(length);
        }
        Ok(())
    }

    /// Each slot takes the text up to the literal that follows it; what that guesses wrongly, filling again finds out.
    fn extract_text(
        &self,
        wanted: &str,
        given: &str,
        found: &mut [Option<String>],
    ) -> Result<Option<()>, TemplateError> {
        let pieces = pieces(wanted, &self.fields)?;
        let mut rest = given;
        for (i, piece) in pieces.iter().enumerate() {
            let taken = match (piece, pieces.get(i + 1)) {
                (Piece::Literal(literal), _) => rest.starts_with(literal).then_some(literal.len()),
                (Piece::Slot(_), Some(Piece::Literal(next))) => rest.find(next),
                (Piece::Slot(_), _) => Some(rest.len()),
            };
            let Some((value, after)) = taken.and_then(|at| rest.split_at_checked(at)) else {
                return Ok(None);
            };
            if let Some(place) = piece.slot().and_then(|slot| found.get_mut(slot)) {
                *place = Some(value.to_owned());
            }
            rest = after;
        }
        Ok(rest.is_empty().then_some(()))
    }
}

/// A part of a string with slots.
enum Piece<'a> {
    Literal(&'a str),
    Slot(usize),
}

impl Piece<'_> {
    fn slot(&self) -> Option<usize> {
        match self {
            Self::Literal(_) => None,
            Self::Slot(slot) => Some(*slot),
        }
    }
}

/// Cut `text` into literals and slots; a brace that belongs to no slot is an error, so that a slot is never in doubt.
fn pieces<'a>(text: &'a str, fields: &[Field]) -> Result<Vec<Piece<'a>>, TemplateError> {
    let stray = || TemplateError::StrayBrace(text.chars().take(60).collect());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(stray)?;
        let slot = fields
            .iter()
            .position(|field| field.name == name)
            .ok_or_else(stray)?;
        if literal.contains('}') {
            return Err(stray());
        }
        if !literal.is_empty() {
            found.push(Piece::Literal(literal));
        }
        found.push(Piece::Slot(slot));
        rest = after;
    }
    if rest.contains('}') {
        return Err(stray());
    }
    if !rest.is_empty() {
        found.push(Piece::Literal(rest));
    }
    Ok(found)
}

fn check_fields(fields: &[Field]) -> Result<(), TemplateError> {
    let last_is_signature = fields.last().is_some_and(|field| field.codec == Codec::Sig);
    let signatures = fields
        .iter()
        .filter(|field| field.codec == Codec::Sig)
        .count();
    if fields.len() > TEMPLATE_FIELDS || !last_is_signature || signatures != 1 {
        return Err(TemplateError::Malformed("list of fields"));
    }
    let well_named =
        |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    for (i, field) in fields.iter().enumerate() {
        let twice = fields
            .iter()
            .take(i)
            .any(|earlier| earlier.name == field.name);
        if twice || !well_named(&field.name) {
            return Err(TemplateError::Field(field.name.clone()));
        }
    }
    Ok(())
}

fn field_from_json(value: &Value) -> Option<Field> {
    let (name, codec, argument) = match value.as_array()?.as_slice() {
        [name, codec] => (name, codec, None),
        [name, codec, argument] => (name, codec, Some(argument)),
        _ => return None,
    };
    let codec = Codec::from_json(codec.as_str()?, argument)?;
    Some(Field {
        name: name.as_str()?.to_owned(),
        codec,
    })
}

fn as_json(fields: &[Field], credential: &Map<String, Value>) -> Value {
    let field = |field: &Field| {
        let mut parts = vec![Value::from(field.name.clone())];
        parts.append(&mut field.codec.to_json());
        Value::Array(parts)
    };
    let fields: Vec<Value> = fields.iter().map(field).collect();
    let mut template = Map::new();
    template.insert("v".to_owned(), 1.into());
    template.insert("fields".to_owned(), fields.into());
    template.insert("credential".to_owned(), credential.clone().into());
    template.into()
}

fn for_each_text(
    members: &Map<String, Value>,
    visit: &mut impl FnMut(&str) -> Result<(), TemplateError>,
) -> Result<(), TemplateError> {
    members
        .values()
        .try_for_each(|value| for_each_text_in(value, visit))
}

fn for_each_text_in(
    value: &Value,
    visit: &mut impl FnMut(&str) -> Result<(), TemplateError>,
) -> Result<(), TemplateError> {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| for_each_text_in(item, visit)),
        Value::Object(members) => for_each_text(members, visit),
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    pub(crate) fn sample() -> Template {
        let fields = [
            ("id", Codec::Uuid),
            ("name", Codec::Text),
            ("year", Codec::Uint),
            ("serial", Codec::Num(6)),
            ("award", Codec::Date),
            ("from", Codec::Time),
            ("sig", Codec::Sig),
        ];
        let fields = fields
            .map(|(name, codec)| Field {
                name: name.to_owned(),
                codec,
            })
            .to_vec();
        let credential = json!({
            "id": "urn:uuid:{id}",
            "awardedDate": "{award}T00:00:00+03:00",
            "validFrom": "{from}",
            "credentialSubject": {"id": "urn:uuid:{id}#subject", "name": "{name}", "licenseNumber": "NC4-{year}-{serial}"},
            "proof": [{"created": "{from}", "proofValue": "{sig}"}],
        });
        Template::new(fields, credential.as_object().unwrap().clone()).unwrap()
    }

    pub(crate) fn values(name: &str) -> Values {
        let signature = crate::key::Signature([7; 64]).to_multibase();
        let id = "00000000-0000-4000-8000-000000000001";
        [
            id,
            name,
            "2026",
            "000123",
            "2026-10-16",
            "2026-10-16T06:00:00Z",
            &signature,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn the_published_form_reads_back() {
        let template = sample();
        let text = jcs::canonicalize(&template.to_json());
        assert_eq!(Template::parse(&text).unwrap(), template);
        assert_eq!(template.digest(), Digest::of(&text));
        assert!(
            String::from_utf8(text)
                .unwrap()
                .contains(r#"["serial","num",6]"#)
        );
    }

    #[test]
    fn a_value_cannot_break_out_of_its_string() {
        let template = sample();
        for name in ["{id}", "\",\"x\":\"", "{serial}}", "\\u0022", "NC4-2026"] {
            let filled = template.fill(&values(name)).unwrap();
            assert_eq!(filled["credentialSubject"]["name"], name);
            assert_eq!(template.extract(&filled).unwrap(), values(name));
        }
    }

    #[test]
    fn an_edited_credential_does_not_fit() {
        let template = sample();
        let filled = Value::Object(template.fill(&values("Achieng")).unwrap());
        for (pointer, value) in [
            (
                "/id",
                json!("urn:uuid:00000000-0000-4000-8000-000000000002"),
            ),
            ("/awardedDate", json!("2026-10-16T00:00:00Z")),
            ("/credentialSubject/licenseNumber", json!("NC4/2026/000123")),
            ("/proof/0/created", json!("2026-10-17T06:00:00Z")),
            ("/proof", json!([])),
            ("/credentialSubject", json!("x")),
        ] {
            let mut edited = filled.clone();
            *edited.pointer_mut(pointer).unwrap() = value;
            assert!(
                template.extract(edited.as_object().unwrap()).is_err(),
                "{pointer}"
            );
        }
        let mut more = filled.as_object().unwrap().clone();
        more.insert("extra".to_owned(), json!(1));
        assert!(template.extract(&more).is_err());
    }

    #[test]
    fn malformed_templates_are_refused() {
        let good = sample().to_json();
        let edits: [(&str, Value); 9] = [
            ("/v", json!(2)),
            ("/fields", json!([])),
            ("/fields/0/0", json!("Id")),
            ("/fields/0/0", json!("name")),
            ("/fields/0/1", json!("zip")),
            ("/fields/3/2", json!(10)),
            ("/fields/6/1", json!("text")),
            ("/credential/validFrom", json!("{nowhere}")),
            ("/credential/validFrom", json!("} {from}")),
        ];
        for (pointer, value) in edits {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(Template::from_json(&bad).is_err(), "{pointer}");
        }
        let mut unused = good.clone();
        unused["fields"]
            .as_array_mut()
            .unwrap()
            .insert(0, json!(["more", "uint"]));
        assert_eq!(
            Template::from_json(&unused),
            Err(TemplateError::Field("more".to_owned()))
        );
        assert!(Template::parse(&vec![b' '; TEMPLATE_BYTES + 1]).is_err());
    }

    proptest! {
        #[test]
        fn values_survive_octets_and_filling(name in "[^\\p{C}]{0,30}", serial in 0_u32..1_000_000, year in 2020_u32..2100) {
            let template = sample();
            let mut values = values(&name);
            values[2] = year.to_string();
            values[3] = format!("{serial:06}");
            let mut octets = Vec::new();
            template.encode(&values, &mut octets).unwrap();
            let mut rest = &octets[..];
            prop_assert_eq!(&template.decode(&mut rest).unwrap(), &values);
            prop_assert!(rest.is_empty());
            prop_assert_eq!(template.extract(&template.fill(&values).unwrap()).unwrap(), values);
        }
    }
}
