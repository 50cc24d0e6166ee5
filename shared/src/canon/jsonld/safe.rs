//! What must not be left out silently: rules on the document before it is expanded, and on what comes out.

use serde_json::{Map, Number, Value};

use super::rewrite::is_empty;
use super::{JsonLdError, RELATIVE, UNDEFINED, contexts};
use crate::canon::rdf;
use crate::limits::{
    JSON_LD_INLINE_BYTES, JSON_LD_INLINE_CONTEXTS, JSON_LD_INLINE_MEMBERS, JSON_LD_STATEMENT_BYTES,
    JSON_LD_WORK,
};

/// What a document holds that takes more than one look.
#[derive(Default)]
pub(super) struct Found {
    /// Contexts that are objects.
    pub(super) inline_contexts: usize,
    /// Whether some member is `null` or an empty list.
    pub(super) empty_members: bool,
    /// Whether some text has a direction.
    pub(super) directions: bool,
}

/// Check the members of a document, all levels of it.
pub(super) fn check(document: &Map<String, Value>) -> Result<Found, JsonLdError> {
    let mut walk = Walk::default();
    for name in ["proof", "verifiableCredential", "@graph", "@included"] {
        walk.containers.push((name.to_owned(), Inside::Graph));
    }
    walk.object(document, &mut String::new())?;
    Ok(walk.found)
}

/// What an object stands in, as far as it matters here.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Node,
    /// A member that is a graph container: its objects are graphs.
    Graph,
    /// A member that is a map: the names are its keys.
    Map,
    /// A map of graphs.
    GraphMap,
}

#[derive(Default)]
struct Walk {
    inside: Inside,
    /// Members that are graphs or maps: those of the embedded contexts, and what contexts of the document itself say.
    containers: Vec<(String, Inside)>,
    found: Found,
    work: usize,
    inline_members: usize,
    inline_bytes: usize,
    /// Octets of subjects and predicates, as far as the document itself gives them.
    statement_bytes: usize,
    /// The longest name that what is looked at may repeat: an identifier around it, or the key of a map.
    longest_name: usize,
    /// Terms that a context of the document itself makes an alias of `@id` or `@type`.
    aliases: Vec<String>,
}

impl Walk {
    fn object(
        &mut self,
        members: &Map<String, Value>,
        path: &mut String,
    ) -> Result<(), JsonLdError> {
        if let Some(context) = members.get("@context") {
            self.context(context, &at(path, "@context"))?;
        }
        self.spend(members)?;
        // JSON-LD 1.1 API, 5.1.2, 18: a list or set has nothing beside it; in a lenient reading all of it is lost.
        let own = |name: &&String| !matches!(name.as_str(), "@index" | "@context");
        let wraps = members.contains_key("@list") || members.contains_key("@set");
        if wraps && members.keys().filter(own).count() > 1 {
            return Err(not_signed(path, "what stands beside a @list or @set"));
        }
        let inside = std::mem::take(&mut self.inside);
        if wraps && matches!(inside, Inside::Graph | Inside::GraphMap) {
            return Err(not_signed(path, "a @list or @set where a graph belongs"));
        }
        let is_map = matches!(inside, Inside::Map | Inside::GraphMap);
        if !is_map && members.contains_key("@none") {
            return Err(not_signed(path, "a @none that is no key of a map"));
        }
        let outside = self.longest_name;
        self.repeats(members)?;
        for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
            let length = path.len();
            path.push('/');
            path.push_str(name);
            self.inside = match inside {
                Inside::GraphMap => Inside::Graph,
                _ => self.inside_of(name),
            };
            self.member(members, name, value, path)?;
            path.truncate(length);
        }
        (self.longest_name, self.inside) = (outside, inside);
        Ok(())
    }

    /// Most of the work is for contexts, which types bring too; it grows with what the contexts define.
    fn spend(&mut self, members: &Map<String, Value>) -> Result<(), JsonLdError> {
        let items = |value: &Value| value.as_array().map_or(1, Vec::len);
        let own: usize = members
            .iter()
            .map(|(name, value)| match name.as_str() {
                "@context" => 3 * items(value),
                name if self.names_a_node(name) => items(value),
                _ => 0,
            })
            .sum();
        let here = 1 + own;
        self.work += here * (1 + self.inline_members / 100);
        match self.work > JSON_LD_WORK {
            true => {
                let (what, limit) = ("objects, types and contexts", JSON_LD_WORK);
                Err(JsonLdError::TooMuch { what, limit })
            }
            false => Ok(()),
        }
    }

    /// Each value of an object becomes a statement that repeats the object's identifier and the member's name.
    fn repeats(&mut self, members: &Map<String, Value>) -> Result<(), JsonLdError> {
        let own = members.iter().filter(|(name, _)| self.is_identifier(name));
        let own = own.filter_map(|(_, value)| value.as_str().map(str::len));
        self.longest_name = own.fold(self.longest_name, usize::max);
        for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
            let each = self.longest_name.saturating_add(name.len());
            let all = each.saturating_mul(values_of(value));
            self.statement_bytes = self.statement_bytes.saturating_add(all);
        }
        match self.statement_bytes > JSON_LD_STATEMENT_BYTES {
            true => Err(JsonLdError::TooMuch {
                what: "octets of statements",
                limit: JSON_LD_STATEMENT_BYTES,
            }),
            false => Ok(()),
        }
    }

    /// Whether the member is the object's identifier or its types.
    fn names_a_node(&self, name: &str) -> bool {
        matches!(name, "@type" | "type") || self.is_identifier(name)
    }

    fn inside_of(&self, name: &str) -> Inside {
        // Which definition holds where depends on types around; any of them counts.
        let known = self.containers.iter().filter(|(term, _)| term == name);
        known.fold(Inside::Node, |so_far, (_, inside)| {
            match (so_far, *inside) {
                (Inside::Node, inside) => inside,
                (so_far, inside) if so_far == inside => inside,
                _ => Inside::GraphMap,
            }
        })
    }

    fn is_identifier(&self, name: &str) -> bool {
        matches!(name, "@id" | "id") || self.aliases.iter().any(|alias| alias == name)
    }

    fn member(
        &mut self,
        beside: &Map<String, Value>,
        name: &str,
        value: &Value,
        path: &mut String,
    ) -> Result<(), JsonLdError> {
        let refuse = |what| Err(not_signed(path, what));
        match name {
            "@direction" => self.found.directions = true,
            "@graph" | "@included" | "proof" | "verifiableCredential" if holds_scalar(value) => {
                return refuse("a value where only objects count");
            }
            "@value" if value.is_null() => return refuse("a @value that is null"),
            "@language" if !beside.contains_key("@value") => {
                return refuse("a @language without @value");
            }
            "@id" | "@value" | "@language" | "@type" | "@list" | "@set" | "@graph" | "@index"
            | "@nest" | "@included" | "@reverse" | "@none" => {}
            name if name.starts_with("_:") => return refuse("a member named as a blank node"),
            name if is_keyword_form(name) => {
                return refuse("a member named like a keyword that does not exist");
            }
            _ => {}
        }
        if self.names_a_node(name) {
            let texts = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            let reserved = |value: &Value| {
                value
                    .as_str()
                    .is_some_and(|text| is_keyword_form(text) && text != "@json")
            };
            if texts.iter().any(|value| value.is_null() || reserved(value)) {
                return refuse("an identifier or type that is null or looks like a keyword");
            }
        }
        self.found.empty_members |= is_empty(value);
        // In a map, the name may be the identifier of what stands under it.
        let outside = self.longest_name;
        self.longest_name = outside.max(name.len());
        self.value(value, path)?;
        self.longest_name = outside;
        Ok(())
    }

    fn value(&mut self, value: &Value, path: &mut String) -> Result<(), JsonLdError> {
        match value {
            Value::Object(members) => self.object(members, path),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    let length = path.len();
                    path.push_str(&format!("/{i}"));
                    self.value(item, path)?;
                    path.truncate(length);
                }
                Ok(())
            }
            Value::Number(number) if read_differently(number) => Err(not_signed(
                path,
                "a number that is read differently elsewhere",
            )),
            _ => Ok(()),
        }
    }

    /// A context must be embedded, or an object within bounds that hides nothing.
    fn context(&mut self, context: &Value, path: &str) -> Result<(), JsonLdError> {
        match context {
            Value::String(url) => match contexts::find(url) {
                Some(_) => Ok(()),
                None => Err(JsonLdError::UnknownContext(shortened(url))),
            },
            Value::Array(items) => items.iter().try_for_each(|item| self.context(item, path)),
            Value::Object(members) => self.inline(members, path),
            Value::Null => Err(not_signed(
                path,
                "what a context of null takes the meaning from",
            )),
            _ => Err(JsonLdError::Invalid(format!(
                "the context at {path} is neither a URL nor an object"
            ))),
        }
    }

    fn inline(&mut self, members: &Map<String, Value>, path: &str) -> Result<(), JsonLdError> {
        self.found.inline_contexts += 1;
        self.inline_members += members.len();
        self.inline_bytes += octets_of(members);
        for (count, what, limit) in [
            (
                self.found.inline_contexts,
                "contexts of its own",
                JSON_LD_INLINE_CONTEXTS,
            ),
            (
                self.inline_members,
                "terms in contexts of its own",
                JSON_LD_INLINE_MEMBERS,
            ),
            (
                self.inline_bytes,
                "octets in contexts of its own",
                JSON_LD_INLINE_BYTES,
            ),
        ] {
            if count > limit {
                return Err(JsonLdError::TooMuch { what, limit });
            }
        }
        for (term, definition) in members {
            let path = at(path, term);
            match definition {
                _ if is_keyword_form(term) && !is_context_keyword(term) => {
                    return Err(not_signed(
                        &path,
                        "a term named like a keyword that does not exist",
                    ));
                }
                Value::Null if term != "@language" && term != "@base" => {
                    return Err(not_signed(&path, "a term without meaning"));
                }
                _ if term == "@direction" => return Err(not_signed(&path, "a text direction")),
                Value::String(url) if term == "@import" => {
                    self.context(&Value::String(url.clone()), &path)?
                }
                Value::String(mapped) => self.mapped(term, mapped, &path)?,
                Value::Object(definition) => self.definition(term, definition, &path)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn definition(
        &mut self,
        term: &str,
        definition: &Map<String, Value>,
        path: &str,
    ) -> Result<(), JsonLdError> {
        match definition.get("@id") {
            Some(Value::Null) => return Err(not_signed(path, "a term without meaning")),
            Some(Value::String(mapped)) => self.mapped(term, mapped, path)?,
            _ => {}
        }
        self.container(term, definition);
        if definition.contains_key("@direction") {
            return Err(not_signed(path, "a text direction"));
        }
        match definition.get("@context") {
            Some(scoped) => self.context(scoped, &at(path, "@context")),
            None => Ok(()),
        }
    }

    fn container(&mut self, term: &str, definition: &Map<String, Value>) {
        let kinds = definition.get("@container").map_or(&[][..], |kinds| {
            kinds
                .as_array()
                .map_or(std::slice::from_ref(kinds), Vec::as_slice)
        });
        let is = |names: &[&str]| {
            kinds
                .iter()
                .any(|kind| names.iter().any(|name| kind == name))
        };
        let inside = match (
            is(&["@graph"]),
            is(&["@id", "@index", "@language", "@type"]),
        ) {
            (true, true) => Inside::GraphMap,
            (true, false) => Inside::Graph,
            (false, true) => Inside::Map,
            (false, false) => return,
        };
        self.containers.push((term.to_owned(), inside));
    }

    fn mapped(&mut self, term: &str, mapped: &str, path: &str) -> Result<(), JsonLdError> {
        match mapped {
            "@id" | "@type" => self.aliases.push(term.to_owned()),
            "@nest" => {}
            // Rules on what stands under a keyword look for its own name; under `@none` or `@index` anything is lost.
            mapped if is_keyword_form(mapped) && term != "@vocab" => {
                return Err(not_signed(path, "a term that means a keyword"));
            }
            mapped if mapped.starts_with("_:") => {
                return Err(not_signed(path, "a term that means a blank node"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// How many values there are, lists within lists counted through.
fn values_of(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(values_of).sum(),
        _ => 1,
    }
}

/// Octets of names and texts; of a context inside a definition, they count again when it is reached.
fn octets_of(members: &Map<String, Value>) -> usize {
    fn of(value: &Value) -> usize {
        match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(of).sum(),
            Value::Object(members) => octets_of(members),
            _ => 0,
        }
    }
    let of_member = |(name, value): (&String, &Value)| name.len() + of(value);
    members.iter().map(of_member).sum()
}

/// Integers too large for most readers' integers, and fractions that ECMAScript writes without a point, `1e-7`, which
/// `jsonld` (npm) takes for integers.
fn read_differently(number: &Number) -> bool {
    const LARGE: f64 = 9_007_199_254_740_992.0;
    let number = number.as_f64().unwrap_or_default();
    let mut buffer = ryu_js::Buffer::new();
    let text = buffer.format_finite(number);
    (LARGE..1e21).contains(&number.abs()) || (text.contains("e-") && !text.contains('.'))
}

/// Whether `value`, or one of the list that it is, is neither an object nor null.
fn holds_scalar(value: &Value) -> bool {
    let items = value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice);
    items
        .iter()
        .any(|item| !item.is_object() && !item.is_null())
}

fn is_context_keyword(term: &str) -> bool {
    matches!(
        term,
        "@base"
            | "@import"
            | "@language"
            | "@propagate"
            | "@protected"
            | "@type"
            | "@version"
            | "@vocab"
            | "@direction"
    )
}

fn at(path: &str, name: &str) -> String {
    format!("{path}/{name}")
}

fn not_signed(pointer: &str, what: &'static str) -> JsonLdError {
    let pointer = shortened(pointer);
    JsonLdError::NotSigned { pointer, what }
}

/// `@` and letters: kept for the future by JSON-LD 1.1, and ignored by it.
fn is_keyword_form(text: &str) -> bool {
    let letters = text.strip_prefix('@');
    letters.is_some_and(|letters| {
        !letters.is_empty() && letters.bytes().all(|c| c.is_ascii_alphabetic())
    })
}

/// `<iri>` of an absolute IRI that some context or the document itself gave (RFC 3987).
pub(super) fn check_iri(iri: &str) -> Result<String, JsonLdError> {
    if let Some(term) = iri.strip_prefix(UNDEFINED) {
        return Err(JsonLdError::Undefined(shortened(term)));
    }
    if let Some(reference) = iri.strip_prefix(RELATIVE) {
        return Err(JsonLdError::Relative(shortened(reference)));
    }
    match oxrdf::NamedNode::new(iri) {
        Ok(_) => Ok(rdf::iri(iri)),
        Err(_) => Err(JsonLdError::Relative(shortened(iri))),
    }
}

/// A language tag by its shape (BCP 47), in lower case as peers write it.
pub(super) fn check_language(tag: &str) -> Result<String, JsonLdError> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric())
    };
    let first = tag.split('-').next().unwrap_or_default();
    match tag.split('-').all(part) && first.bytes().all(|c| c.is_ascii_alphabetic()) {
        true => Ok(tag.to_ascii_lowercase()),
        false => Err(JsonLdError::Invalid(format!(
            "\"{}\" is no language tag",
            shortened(tag)
        ))),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
