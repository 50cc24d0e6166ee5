//! The AchievementCredential schema of Open Badges 3.0 as a table: required members and types of what is issued here.

use cheti_shared::credential::open_badge::vocabulary::{
    ACHIEVEMENT_TYPES, RESULT_TYPES, STATUSES, is_one_of,
};
use cheti_shared::time::Timestamp;
use serde_json::Value;

/// What the schema wants of a member.
pub(super) enum Shape {
    Text,
    Time,
    Texts,
    /// A word of a list, or one that begins with `ext:`.
    Word(&'static [&'static str]),
    One(&'static Definition),
    Many(&'static Definition),
}

/// An object of the schema: what its `type` must include, and its members.
pub(super) struct Definition {
    types: &'static [&'static str],
    pub(super) required: &'static [(&'static str, Shape)],
    pub(super) optional: &'static [(&'static str, Shape)],
}

use Shape::{Many, One, Text, Texts, Time, Word};

pub(super) static CREDENTIAL: Definition = Definition {
    types: &["VerifiableCredential", "OpenBadgeCredential"],
    required: &[
        ("@context", Texts),
        ("id", Text),
        ("type", Texts),
        ("credentialSubject", One(&SUBJECT)),
        ("issuer", One(&PROFILE)),
        ("validFrom", Time),
    ],
    optional: &[
        ("name", Text),
        ("awardedDate", Time),
        ("validUntil", Time),
        ("credentialStatus", One(&STATUS)),
        ("proof", Many(&PROOF)),
    ],
};
static STATUS: Definition = Definition {
    types: &[],
    required: &[("id", Text), ("type", Text)],
    optional: &[],
};
static PROOF: Definition = Definition {
    types: &[],
    required: &[("type", Text)],
    optional: &[
        ("created", Time),
        ("cryptosuite", Text),
        ("proofPurpose", Text),
        ("proofValue", Text),
        ("verificationMethod", Text),
    ],
};
static PROFILE: Definition = Definition {
    types: &["Profile"],
    required: &[("id", Text), ("type", Texts)],
    optional: &[("name", Text)],
};
static SUBJECT: Definition = Definition {
    types: &["AchievementSubject"],
    required: &[("type", Texts), ("achievement", One(&ACHIEVEMENT))],
    optional: &[
        ("id", Text),
        ("licenseNumber", Text),
        ("term", Text),
        ("source", One(&PROFILE)),
        ("result", Many(&RESULT)),
    ],
};
static ACHIEVEMENT: Definition = Definition {
    types: &["Achievement"],
    required: &[
        ("id", Text),
        ("type", Texts),
        ("criteria", One(&CRITERIA)),
        ("description", Text),
        ("name", Text),
    ],
    optional: &[
        ("achievementType", Word(&ACHIEVEMENT_TYPES)),
        ("alignment", Many(&ALIGNMENT)),
        ("endorsement", Many(&ENDORSEMENT)),
        ("image", One(&IMAGE)),
        ("resultDescription", Many(&RESULT_DESCRIPTION)),
        ("tag", Texts),
    ],
};
static CRITERIA: Definition = Definition {
    types: &[],
    required: &[("narrative", Text)],
    optional: &[("id", Text)],
};
static ALIGNMENT: Definition = Definition {
    types: &["Alignment"],
    required: &[("type", Texts), ("targetName", Text), ("targetUrl", Text)],
    optional: &[("targetFramework", Text)],
};
static IMAGE: Definition = Definition {
    types: &["Image"],
    required: &[("id", Text), ("type", Text)],
    optional: &[("caption", Text)],
};
static RESULT: Definition = Definition {
    types: &["Result"],
    required: &[("type", Texts)],
    optional: &[
        ("resultDescription", Text),
        ("status", Word(&STATUSES)),
        ("value", Text),
    ],
};
static RESULT_DESCRIPTION: Definition = Definition {
    types: &["ResultDescription"],
    required: &[
        ("id", Text),
        ("type", Texts),
        ("name", Text),
        ("resultType", Word(&RESULT_TYPES)),
    ],
    optional: &[("allowedValue", Texts)],
};
static ENDORSEMENT: Definition = Definition {
    types: &["VerifiableCredential", "EndorsementCredential"],
    required: &[
        ("@context", Texts),
        ("type", Texts),
        ("id", Text),
        ("name", Text),
        ("credentialSubject", One(&ENDORSED)),
        ("issuer", One(&PROFILE)),
        ("validFrom", Time),
    ],
    optional: &[("proof", Many(&PROOF))],
};
static ENDORSED: Definition = Definition {
    types: &["EndorsementSubject"],
    required: &[("id", Text), ("type", Texts)],
    optional: &[("endorsementComment", Text)],
};

/// Where `value` is not what the schema wants.
fn breaches(definition: &Definition, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(members) = value.as_object() else {
        return found.push(format!("{at} is no object"));
    };
    let has_type = |name: &&str| match members.get("type") {
        Some(Value::Array(names)) => names.iter().any(|one| one == *name),
        other => other.is_some_and(|one| one == *name),
    };
    for missing in definition.types.iter().filter(|name| !has_type(name)) {
        found.push(format!("{at}/type is not {missing}"));
    }
    let required = definition.required.iter().map(|member| (member, true));
    let optional = definition.optional.iter().map(|member| (member, false));
    for ((name, shape), is_required) in required.chain(optional) {
        match members.get(*name) {
            Some(member) => misshapen(shape, member, &format!("{at}/{name}"), found),
            None if is_required => found.push(format!("{at}/{name} is missing")),
            None => {}
        }
    }
}

fn misshapen(shape: &Shape, value: &Value, at: &str, found: &mut Vec<String>) {
    let text = value.as_str();
    let good = match shape {
        Text => text.is_some(),
        Time => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        Texts => value
            .as_array()
            .is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_string)),
        Word(words) => text.is_some_and(|text| is_one_of(words, text)),
        One(definition) => return breaches(definition, value, at, found),
        Many(definition) => {
            for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                breaches(definition, item, &format!("{at}/{i}"), found);
            }
            value.as_array().is_some_and(|items| !items.is_empty())
        }
    };
    if !good {
        found.push(format!("{at} is {value}"));
    }
}

/// Where `credential` is not what the schema wants.
pub(super) fn check(credential: &Value) -> Vec<String> {
    let mut found = Vec::new();
    breaches(&CREDENTIAL, credential, "", &mut found);
    found
}
