//! The trust bundle: one file with which a verifier judges without a network (DESIGN, Verifying).
//!
//! Three layers: the trust list, signed by the root; status lists and their reasons, signed by status keys; templates,
//! which need no trust.

pub mod trust_list;

use serde_json::{Map, Value, json};

use crate::json::members::{FromJson, MemberError, member, object, optional};
use crate::json::{self, Bounds, JsonError};
use crate::qr::template::{Template, TemplateError};
use crate::try_all::try_all;

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
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedStatus {
    /// The `BitstringStatusListCredential`.
    pub list: Map<String, Value>,
    /// The `ChetiStatusReasons` document.
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
    Malformed(#[from] MemberError),
    /// A bundle of a newer format.
    #[error("this trust bundle was made by a newer format; update the verifier")]
    NewerFormat,
    /// A template in it is none.
    #[error("a template of the trust bundle is malformed")]
    Template(#[from] TemplateError),
}

const KIND: &str = "ChetiTrustBundle";

impl FromJson for PublishedStatus {
    fn from_json(value: &Value) -> Result<Self, MemberError> {
        let published = object(value)?;
        Ok(Self {
            list: member(published, "list")?,
            reasons: optional(published, "reasons")?,
        })
    }
}

impl PublishedStatus {
    fn to_json(&self) -> Value {
        match &self.reasons {
            Some(reasons) => json!({ "list": self.list, "reasons": reasons }),
            None => json!({ "list": self.list }),
        }
    }
}

impl Bundle {
    /// Read a bundle.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let bundle = json::parse_within(bytes, Bounds::BUNDLE)?;
        let bundle = object(&bundle)?;
        if bundle.get("type").and_then(Value::as_str) != Some(KIND) {
            return Err(MemberError::new("its type is not ChetiTrustBundle").into());
        }
        if bundle.get("v").and_then(Value::as_u64) != Some(1) {
            return Err(BundleError::NewerFormat);
        }
        let templates: Option<Vec<Value>> = optional(bundle, "templates")?;
        let templates = try_all(&templates.unwrap_or_default(), Template::from_json)?;
        Ok(Self {
            trust_list: member(bundle, "trustList")?,
            handovers: optional(bundle, "rootHandovers")?.unwrap_or_default(),
            status_lists: optional(bundle, "statusLists")?.unwrap_or_default(),
            templates,
        })
    }

    /// The bundle as a file.
    pub fn to_json(&self) -> Value {
        let templates: Vec<Value> = self.templates.iter().map(Template::to_json).collect();
        let status_lists = self.status_lists.iter().map(PublishedStatus::to_json);
        json!({
            "type": KIND,
            "v": 1,
            "trustList": self.trust_list,
            "rootHandovers": self.handovers,
            "statusLists": status_lists.collect::<Vec<Value>>(),
            "templates": templates,
        })
    }
}
