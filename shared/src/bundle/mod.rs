//! The trust bundle: one file with which a verifier judges without a network (DESIGN, Verifying).
//!
//! Three layers: the trust list, signed by the root; status lists and their reasons, signed by status keys; templates,
//! which need no trust.

pub mod trust_list;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::json::{self, Bounds, JsonError};
use crate::qr::template::{Template, TemplateError};

/// A bundle as read: nothing in it is trusted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The trust list, with its proof; see [`trust_list::TrustList::verify`].
    pub trust_list: Map<String, Value>,
    /// Signed statements by which one root hands over to the next.
    pub handovers: Vec<Map<String, Value>>,
    /// Status lists and their reasons.
    pub status_lists: Vec<PublishedStatus>,
    /// Templates.
    pub templates: Vec<Template>,
}

/// A status list credential and the reasons beside it, both signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublishedStatus {
    /// The `BitstringStatusListCredential`.
    pub list: Map<String, Value>,
    /// The `ChetiStatusReasons` document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Map<String, Value>>,
}

/// Why a file is no trust bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not JSON that is accepted here.
    #[error("the trust bundle is not acceptable JSON")]
    Json(#[from] JsonError),
    /// JSON, but no bundle.
    #[error("this file is not a trust bundle: {0}")]
    Malformed(&'static str),
    /// A bundle of a newer format.
    #[error("this trust bundle was made by a newer format; update the verifier")]
    NewerFormat,
    /// A template in it is none.
    #[error("a template of the trust bundle is malformed")]
    Template(#[from] TemplateError),
}

const KIND: &str = "ChetiTrustBundle";

impl Bundle {
    /// Read a bundle.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let Value::Object(mut members) = json::parse_within(bytes, Bounds::BUNDLE)? else {
            return Err(BundleError::Malformed("not an object"));
        };
        if members.get("type").and_then(Value::as_str) != Some(KIND) {
            return Err(BundleError::Malformed("its type is not ChetiTrustBundle"));
        }
        if members.get("v") != Some(&json!(1)) {
            return Err(BundleError::NewerFormat);
        }
        let Some(Value::Object(trust_list)) = members.remove("trustList") else {
            return Err(BundleError::Malformed("no trustList"));
        };
        let list = |value: Option<Value>| value.unwrap_or_else(|| json!([]));
        let handovers = serde_json::from_value(list(members.remove("rootHandovers")));
        let status_lists = serde_json::from_value(list(members.remove("statusLists")));
        let Value::Array(templates) = list(members.remove("templates")) else {
            return Err(BundleError::Malformed("templates is not a list"));
        };
        let templates: Result<Vec<Template>, TemplateError> =
            templates.iter().map(Template::from_json).collect();
        Ok(Self {
            trust_list,
            handovers: handovers.map_err(|_| BundleError::Malformed("rootHandovers"))?,
            status_lists: status_lists.map_err(|_| BundleError::Malformed("statusLists"))?,
            templates: templates?,
        })
    }

    /// The bundle as a file.
    pub fn to_json(&self) -> Value {
        let templates: Vec<Value> = self.templates.iter().map(Template::to_json).collect();
        json!({
            "type": KIND,
            "v": 1,
            "trustList": self.trust_list,
            "rootHandovers": self.handovers,
            "statusLists": self.status_lists,
            "templates": templates,
        })
    }
}
