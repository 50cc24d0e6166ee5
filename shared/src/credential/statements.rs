//! The statements of a course's certificates, with slots: what makes `eddsa-rdfc-2022` cheap for a credential whose
//! template is known.
//!
//! Expanding JSON-LD takes milliseconds, nearly all of it for contexts, which are the same for every graduate. So a
//! template is expanded once, with a mark in each slot; per credential the marks are replaced by the values and the nodes
//! are named anew by RDFC-1.0, since names depend on values. A property test shows that this gives exactly the octets of
//! expanding the filled document.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::canon::jsonld::{self, JsonLdError};
use crate::canon::rdf::{Dataset, Quad, Term, write_escaped};
use crate::canon::rdfc;
use crate::proof::{ProofError, eddsa_jcs_2022, eddsa_rdfc_2022};
use crate::qr::codec::Codec;
use crate::qr::template::{Field, Template, TemplateError};

/// A template's statements, and those of the configuration of its `eddsa-rdfc-2022` proof.
#[derive(Clone, Debug)]
pub struct Statements {
    document: Slotted,
    config: Slotted,
    /// The proof with its slots, without `proofValue`.
    proof: Map<String, Value>,
}

/// Why a template has no statements that could be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementsError {
    /// Its credentials are no JSON-LD that can be signed.
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// The marked template cannot be filled.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It does not bear exactly one `eddsa-jcs-2022` proof.
    #[error("the template must hold exactly one eddsa-jcs-2022 proof")]
    Proof,
    /// A slot stands where its value would decide what the statements are.
    #[error("the field \"{0}\" stands where its value would change the meaning of others")]
    Slot(String),
}

impl Statements {
    /// Expand `template`, whose credential must bear one `eddsa-jcs-2022` proof.
    pub fn of(template: &Template) -> Result<Self, StatementsError> {
        let marks = Marks::new(template);
        let mut marked = template.fill(&marks.0)?;
        marked.remove("proof");
        let proof = rdfc_proof(template)?;
        let mut config = template.fill_part(&proof, &marks.0)?;
        if let Some(context) = marked.get("@context") {
            config.insert("@context".to_owned(), context.clone());
        }
        Ok(Self {
            document: Slotted::of(&marked, &marks, template.fields())?,
            config: Slotted::of(&config, &marks, template.fields())?,
            proof,
        })
    }

    /// The `eddsa-rdfc-2022` proof with its slots, without `proofValue`: that of the template's `eddsa-jcs-2022` proof, by
    /// another suite.
    pub fn proof(&self) -> &Map<String, Value> {
        &self.proof
    }

    /// The 64 octets that the `eddsa-rdfc-2022` proof of the credential with these values signs.
    pub fn hash_data(&self, values: &[String]) -> Result<[u8; 64], ProofError> {
        let document = self.document.canonicalize(values)?;
        let config = self.config.canonicalize(values)?;
        Ok(eddsa_rdfc_2022::hash(&document, &config))
    }
}

fn rdfc_proof(template: &Template) -> Result<Map<String, Value>, StatementsError> {
    let proofs = template.credential().get("proof").and_then(Value::as_array);
    let Some([Value::Object(proof)]) = proofs.map(Vec::as_slice) else {
        return Err(StatementsError::Proof);
    };
    if proof.get("cryptosuite").and_then(Value::as_str) != Some(eddsa_jcs_2022::NAME) {
        return Err(StatementsError::Proof);
    }
    let mut proof = proof.clone();
    proof.remove("proofValue");
    // A proof by RDFC-1.0 has the document's context without saying so (§3.2.5).
    proof.remove("@context");
    proof.insert("cryptosuite".to_owned(), eddsa_rdfc_2022::NAME.into());
    Ok(proof)
}

/// A text for each slot that stands nowhere in the template and means nothing to JSON-LD.
struct Marks(Vec<String>);

impl Marks {
    fn new(template: &Template) -> Self {
        let text = template.to_json().to_string();
        let mut letters = "qz".to_owned();
        while text.contains(&letters) {
            letters.push('q');
        }
        let mark = |i| format!("{letters}{i}{letters}");
        Self((0..template.fields().len()).map(mark).collect())
    }

    /// The first mark in `text`, with what stands before and after it.
    fn split<'t>(&self, text: &'t str) -> Option<(&'t str, usize, &'t str)> {
        let found = self.0.iter().enumerate().filter_map(|(slot, mark)| {
            let (before, after) = text.split_once(mark.as_str())?;
            Some((before, slot, after))
        });
        found.min_by_key(|(before, ..)| before.len())
    }
}

/// A text with slots.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Fixed(String),
    /// Pieces with the slot that follows each, and the last piece.
    Filled(Vec<(String, usize)>, String),
}

impl Text {
    fn fill(&self, values: &[String]) -> Cow<'_, str> {
        let (pieces, last) = match self {
            Self::Fixed(text) => return Cow::Borrowed(text),
            Self::Filled(pieces, last) => (pieces, last),
        };
        let mut text = String::with_capacity(160);
        for (piece, slot) in pieces {
            text.push_str(piece);
            // In an IRI the value's codec allows nothing that would be escaped.
            write_escaped(&mut text, values.get(*slot).map_or("", String::as_str));
        }
        text.push_str(last);
        Cow::Owned(text)
    }
}

#[derive(Clone, Debug)]
enum Place {
    Blank(u32),
    Text(Text),
}

impl Place {
    fn fill(&self, values: &[String]) -> Term<'_> {
        match self {
            Self::Blank(node) => Term::Blank(*node),
            Self::Text(text) => Term::Text(text.fill(values)),
        }
    }
}

#[derive(Clone, Debug)]
struct SlottedQuad {
    subject: Place,
    predicate: String,
    object: Place,
    graph: Option<Place>,
}

/// A dataset with slots.
#[derive(Clone, Debug)]
struct Slotted {
    quads: Vec<SlottedQuad>,
    blank_nodes: u32,
    /// Pairs of statements that may become the same, which then counts once.
    may_repeat: Vec<(usize, usize)>,
}

impl Slotted {
    fn of(
        document: &Map<String, Value>,
        marks: &Marks,
        fields: &[Field],
    ) -> Result<Self, StatementsError> {
        let dataset = jsonld::to_dataset(document)?;
        let quads: Result<Vec<SlottedQuad>, StatementsError> = dataset
            .quads
            .iter()
            .map(|quad| {
                let place = |term: &Term<'_>| place(term, marks, fields);
                if let Some((_, slot, _)) = marks.split(&quad.predicate) {
                    return Err(refused(slot, fields));
                }
                Ok(SlottedQuad {
                    subject: place(&quad.subject)?,
                    predicate: quad.predicate.clone().into_owned(),
                    object: place(&quad.object)?,
                    graph: quad.graph.as_ref().map(place).transpose()?,
                })
            })
            .collect();
        let quads = quads?;
        Ok(Self {
            may_repeat: may_repeat(&quads),
            blank_nodes: dataset.blank_nodes,
            quads,
        })
    }

    fn canonicalize(&self, values: &[String]) -> Result<Vec<u8>, ProofError> {
        let mut quads: Vec<Quad<'_>> = Vec::with_capacity(self.quads.len());
        for quad in &self.quads {
            quads.push(Quad {
                subject: quad.subject.fill(values),
                predicate: Cow::Borrowed(&quad.predicate),
                object: quad.object.fill(values),
                graph: quad.graph.as_ref().map(|graph| graph.fill(values)),
            });
        }
        let equal = |(one, other): &&(usize, usize)| quads.get(*one) == quads.get(*other);
        let repeated: BTreeSet<usize> = self
            .may_repeat
            .iter()
            .filter(equal)
            .map(|pair| pair.1)
            .collect();
        let mut number = 0..;
        quads.retain(|_| {
            number
                .next()
                .is_none_or(|number| !repeated.contains(&number))
        });
        let blank_nodes = self.blank_nodes;
        Ok(rdfc::canonicalize(&Dataset { quads, blank_nodes })?)
    }
}

fn place(term: &Term<'_>, marks: &Marks, fields: &[Field]) -> Result<Place, StatementsError> {
    let text = match term {
        Term::Blank(node) => return Ok(Place::Blank(*node)),
        Term::Text(text) => text,
    };
    let (mut pieces, mut rest) = (Vec::new(), text.as_ref());
    while let Some((before, slot, after)) = marks.split(rest) {
        pieces.push((before.to_owned(), slot));
        rest = after;
    }
    if pieces.is_empty() {
        return Ok(Place::Text(Text::Fixed(rest.to_owned())));
    }
    for (_, slot) in &pieces {
        if !may_stand(text, rest, fields.get(*slot)) {
            return Err(refused(*slot, fields));
        }
    }
    Ok(Place::Text(Text::Filled(pieces, rest.to_owned())))
}

/// Whether the slot's value leaves all else as it is: inside a literal that is kept letter by letter, or inside an IRI when
/// the value can hold nothing but letters, digits and what separates the parts of a date.
fn may_stand(text: &str, after_last_mark: &str, field: Option<&Field>) -> bool {
    let Some(field) = field else { return false };
    match text.starts_with('"') {
        true => {
            let rewritten = ["#double>", "#JSON>"].iter().any(|end| text.ends_with(end));
            after_last_mark.contains('"') && !rewritten
        }
        false => matches!(
            field.codec,
            Codec::Uuid | Codec::Uint | Codec::Num(_) | Codec::Hex(_) | Codec::Date | Codec::Time
        ),
    }
}

fn refused(slot: usize, fields: &[Field]) -> StatementsError {
    let name = fields.get(slot).map(|field| field.name.clone());
    StatementsError::Slot(name.unwrap_or_default())
}

fn may_repeat(quads: &[SlottedQuad]) -> Vec<(usize, usize)> {
    let may_equal = |one: &Place, other: &Place| match (one, other) {
        (Place::Blank(one), Place::Blank(other)) => one == other,
        (Place::Text(Text::Fixed(one)), Place::Text(Text::Fixed(other))) => one == other,
        (Place::Text(_), Place::Text(_)) => true,
        _ => false,
    };
    let same = |one: &SlottedQuad, other: &SlottedQuad| {
        let graphs = match (&one.graph, &other.graph) {
            (Some(one), Some(other)) => may_equal(one, other),
            (None, None) => true,
            _ => false,
        };
        one.predicate == other.predicate
            && graphs
            && may_equal(&one.subject, &other.subject)
            && may_equal(&one.object, &other.object)
    };
    let mut pairs = Vec::new();
    for (i, one) in quads.iter().enumerate() {
        let after = quads.iter().enumerate().skip(i + 1);
        pairs.extend(
            after
                .filter(|(_, other)| same(one, other))
                .map(|(j, _)| (i, j)),
        );
    }
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::credential::open_badge::tests::{terms, values};
    use crate::credential::open_badge::{CourseField, CourseTerms, Expiry};

    fn whole(template: &Template, values: &[String], statements: &Statements) -> [u8; 64] {
        let mut document = template.fill(values).unwrap();
        document.remove("proof");
        let config = template.fill_part(statements.proof(), values).unwrap();
        let config = eddsa_rdfc_2022::configuration(document.get("@context"), &config).unwrap();
        eddsa_rdfc_2022::hash(
            &eddsa_rdfc_2022::transform(&document).unwrap(),
            &eddsa_rdfc_2022::transform(&config).unwrap(),
        )
    }

    /// A course with several unnamed nodes, some of which become alike when their values are.
    fn results() -> CourseTerms {
        let field = |key: &str| CourseField {
            key: key.to_owned(),
            label: key.to_owned(),
            allowed: Vec::new(),
            result_type: "ext:Mark".to_owned(),
        };
        let fields = ["award", "mark", "staff"].map(field).to_vec();
        CourseTerms {
            fields,
            expires: Expiry::EachItsOwn,
            ..terms()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn filling_the_statements_is_expanding_the_filled_document(
            name in "\\PC{0,24}|[ -~\u{8}\t\n\r\"\\\\]{0,24}",
            marks in prop::collection::vec("[^\\p{C}]{0,6}|a|@en|_:b0|https://a\\.example/", 3),
            cohort in "[^\\p{C}]{0,16}",
            index in 0_u32..131_072,
            id in any::<u128>(),
        ) {
            let template = results().template().unwrap();
            let statements = Statements::of(&template).unwrap();
            let mut values = values(&name);
            values.insert(7, "2029-10-16T06:00:00Z".to_owned());
            values.splice(8..9, marks);
            let id = format!("{id:032x}");
            values[0] = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
            values[4] = cohort;
            let place = values.len() - 2;
            values[place] = index.to_string();
            prop_assert_eq!(statements.hash_data(&values).unwrap(), whole(&template, &values, &statements));
        }
    }

    #[test]
    fn equal_results_stay_two_statements_and_equal_statements_become_one() {
        let template = results().template().unwrap();
        let statements = Statements::of(&template).unwrap();
        let mut values = values("Achieng");
        values.insert(7, "2029-10-16T06:00:00Z".to_owned());
        values.splice(8..9, ["same", "same", "same"].map(str::to_owned));
        assert_eq!(
            statements.hash_data(&values).unwrap(),
            whole(&template, &values, &statements)
        );

        let mut twice = template.to_json();
        twice["credential"]["description"] = json!(["{name}", "{cohort}"]);
        let template = Template::from_json(&twice).unwrap();
        let statements = Statements::of(&template).unwrap();
        values[4] = values[1].clone();
        assert_eq!(
            statements.hash_data(&values).unwrap(),
            whole(&template, &values, &statements)
        );
    }

    #[test]
    fn slots_whose_value_would_change_the_meaning_are_refused() {
        let template = terms().template().unwrap();
        for (pointer, value) in [
            (
                "/credential/credentialSubject/id",
                json!("urn:uuid:{id}{name}"),
            ),
            (
                "/credential/credentialSubject/achievement/id",
                json!("https://a.example/{cohort}"),
            ),
            (
                "/credential/credentialSubject/type",
                json!(["AchievementSubject", "{cohort}"]),
            ),
            (
                "/credential/name",
                json!({"@value": "x", "@language": "{cohort}"}),
            ),
            ("/credential/proof", json!([])),
        ] {
            let mut changed = template.to_json();
            *changed.pointer_mut(pointer).unwrap() = value;
            let Ok(template) = Template::from_json(&changed) else {
                continue;
            };
            assert!(Statements::of(&template).is_err(), "{pointer}");
        }
    }
}
