//! From JSON-LD to statements (JSON-LD 1.1), in the way that signatures need: what would be left out is an error.
//!
//! JSON-LD leaves out what no context defines, so a member that means nothing could be added to a signed document without
//! anybody noticing. Here nothing is left out silently ("safe mode"): an undefined term or type, a relative reference, a
//! malformed IRI or language tag, a text direction are errors. So is a context that is not embedded: nothing is fetched.
//!
//! Expanding is the work of `oxjsonld`. It leaves out silently too, so the document is given a vocabulary and a base that
//! exist nowhere, before its own contexts: what comes out with one of them was not defined.
//!
//! Without the feature `documents` no document is expanded, and that is an error: a printed code needs none of it, and a small
//! build for it loads faster.

#[cfg(feature = "documents")]
pub mod contexts;
#[cfg(feature = "documents")]
mod expand;
#[cfg(feature = "documents")]
mod rewrite;
#[cfg(feature = "documents")]
mod safe;

use serde_json::{Map, Value};

use super::rdf::Dataset;

/// Where undefined terms and types end up.
#[cfg(feature = "documents")]
const UNDEFINED: &str = "urn:x-cheti-undefined:";
/// Where relative references end up.
#[cfg(feature = "documents")]
const RELATIVE: &str = "x-cheti-relative://reference.invalid/";

/// Why a document is no JSON-LD that can be signed or checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonLdError {
    /// A context that is not embedded here.
    #[error("the context {0} is not known here, and none is ever fetched")]
    UnknownContext(String),
    /// A context that is no JSON-LD context, or contradicts one that may not be changed (`@protected`).
    #[error("the document is no valid JSON-LD: {0}")]
    Invalid(String),
    /// A member or type that no context defines.
    #[error("no context defines the term or type \"{0}\"")]
    Undefined(String),
    /// A reference that is no absolute IRI.
    #[error("\"{0}\" is no absolute IRI")]
    Relative(String),
    /// A part of the document that has no meaning in JSON-LD and would not be signed.
    #[error("{what} at {pointer} would not be signed")]
    NotSigned {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What is there.
        what: &'static str,
    },
    /// Nothing would be signed at all.
    #[error("the document makes no statement")]
    NoStatement,
    /// More than is expanded.
    #[error("the document has more {what} than are read ({limit})")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// This build expands nothing.
    #[error("this build does not read JSON-LD")]
    NotBuiltIn,
}

/// The statements that `document` makes. Its own `@context` decides what its members mean.
///
/// What is refused is refused by the safe mode of `jsonld` (npm) too, and a little more: a `null` among contexts, a term
/// that a context in the document itself maps to `null`, an IRI that RFC 3987 does not allow. A text direction becomes
/// part of the datatype (`i18n-datatype`), as the suites of `@digitalbazaar` have it.
#[cfg(feature = "documents")]
pub fn to_dataset(document: &Map<String, Value>) -> Result<Dataset<'static>, JsonLdError> {
    expand::to_dataset(document)
}

/// Nothing is expanded: see the feature `documents`.
#[cfg(not(feature = "documents"))]
pub fn to_dataset(_document: &Map<String, Value>) -> Result<Dataset<'static>, JsonLdError> {
    Err(JsonLdError::NotBuiltIn)
}

#[cfg(test)]
#[cfg(feature = "documents")]
mod tests;
