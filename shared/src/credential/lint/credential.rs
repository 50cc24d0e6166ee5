//! What holds for every credential: VCDM 2.0 §4 and VCDM 1.1 §4 (V2-V10).

use serde_json::{Map, Value};

use super::shape::{is_language_text, is_type, is_url, items, pointed};
use super::{CREDENTIALS_V2, Findings, is_version_1, resources};
use crate::time::Timestamp;

/// Members whose objects say of which type they are (V4).
const TYPED: [&str; 5] = [
    "credentialStatus",
    "credentialSchema",
    "evidence",
    "termsOfUse",
    "refreshService",
];

/// From when and until when, as each version of the data model names it.
const TIMES_2: (&str, &str) = ("validFrom", "validUntil");
const TIMES_1: (&str, &str) = ("issuanceDate", "expirationDate");

impl Findings {
    pub(super) fn credential(&mut self, document: &Map<String, Value>) {
        let version_1 = is_version_1(document);
        self.context(document, version_1);
        self.identifiers(document);
        self.texts(document);
        self.validity(document, if version_1 { TIMES_1 } else { TIMES_2 });
        if version_1 {
            let dated = document.contains_key("issuanceDate");
            self.require(dated, "V7", "/issuanceDate", "is required in VCDM 1.1");
        }
        self.subject(document);
        for name in TYPED {
            self.typed_objects(document, name, version_1);
        }
        if cfg!(feature = "documents") {
            self.related_resources(document);
        }
    }

    /// V2: ordered, the base context first, the others URLs or objects.
    fn context(&mut self, document: &Map<String, Value>, version_1: bool) {
        let contexts = document.get("@context").and_then(Value::as_array);
        let first = contexts.and_then(|contexts| contexts.first());
        let based = version_1 || first.is_some_and(|first| first == CREDENTIALS_V2);
        let what = "must be a list that begins with https://www.w3.org/ns/credentials/v2 (or with the context of VCDM 1.1)";
        self.require(based, "V2", "/@context", what);
        for (i, context) in contexts.into_iter().flatten().enumerate() {
            let known = is_url(context) || context.is_object();
            let what = "must be a URL or an object";
            self.require(known, "V2", format_args!("/@context/{i}"), what);
        }
    }

    /// V3, V4, V6.
    fn identifiers(&mut self, document: &Map<String, Value>) {
        if let Some(id) = document.get("id") {
            self.require(is_url(id), "V3", "/id", "must be one URL");
        }
        let types = document.get("type");
        let named = types.is_some_and(is_type);
        let says = types.is_some_and(|types| {
            items(types)
                .iter()
                .any(|name| name == "VerifiableCredential")
        });
        let what = "must be names, VerifiableCredential among them";
        self.require(named && says, "V4", "/type", what);
        let what = "must be a URL or an object with one as id";
        match document.get("issuer") {
            Some(Value::Object(profile)) => {
                let id = profile.get("id").is_some_and(is_url);
                self.require(id, "V6", "/issuer/id", what);
            }
            other => self.require(other.is_some_and(is_url), "V6", "/issuer", what),
        }
    }

    /// V5: of the credential and of its issuer.
    fn texts(&mut self, document: &Map<String, Value>) {
        let issuer = document.get("issuer").and_then(Value::as_object);
        for (members, place) in [(Some(document), ""), (issuer, "/issuer")] {
            for name in ["name", "description"] {
                let text = members.and_then(|members| members.get(name));
                let what = "must be text, a language value object or a list of these";
                let good = text.is_none_or(is_language_text);
                self.require(good, "V5", format_args!("{place}/{name}"), what);
            }
        }
    }

    /// V7.
    fn validity(&mut self, document: &Map<String, Value>, (from, until): (&str, &'static str)) {
        let mut time = |name: &str| -> Option<Timestamp> {
            let value = document.get(name)?;
            let read = value.as_str().and_then(|text| text.parse().ok());
            let what = "must be a date and time such as 2026-10-16T09:00:00Z";
            self.require(read.is_some(), "V7", format_args!("/{name}"), what);
            read
        };
        if let (Some(from), Some(end)) = (time(from), time(until)) {
            let what = "must not come before the time from which on it holds";
            self.require(from <= end, "V7", format_args!("/{until}"), what);
        }
    }

    /// V7, of what is to be issued: a `dateTimeStamp` says how far it is from UTC.
    pub(super) fn offsets(&mut self, document: &Map<String, Value>) {
        let (from, until) = if is_version_1(document) {
            TIMES_1
        } else {
            TIMES_2
        };
        for name in [from, until] {
            let text = document.get(name).and_then(Value::as_str);
            let of_day = text
                .filter(|text| text.parse::<Timestamp>().is_ok())
                .and_then(|text| text.get(11..));
            let good = of_day.is_none_or(|time| time.contains(['Z', '+', '-']));
            let what = "must say how far it is from UTC, such as Z or +03:00";
            self.require(good, "V7", format_args!("/{name}"), what);
        }
    }

    /// V1, V3: one subject or more, each with claims, each `id` a URL.
    fn subject(&mut self, document: &Map<String, Value>) {
        const WHAT: &str = "must be an object with members, or a list of them";
        let Some(subjects) = document.get("credentialSubject") else {
            return self.add("V1", "/credentialSubject", WHAT);
        };
        self.require(
            !items(subjects).is_empty(),
            "V1",
            "/credentialSubject",
            WHAT,
        );
        for (pointer, subject) in pointed("/credentialSubject", subjects) {
            let claims = subject
                .as_object()
                .is_some_and(|members| !members.is_empty());
            self.require(claims, "V1", &pointer, WHAT);
            self.optional_id("V3", &pointer, subject);
        }
    }

    fn optional_id(&mut self, rule: &'static str, pointer: &str, object: &Value) {
        let good = object.get("id").is_none_or(is_url);
        self.require(good, rule, format_args!("{pointer}/id"), "must be one URL");
    }

    /// V3, V4, V9. VCDM 1.1 also demands an `id` of a status and of a refresh service.
    fn typed_objects(
        &mut self,
        document: &Map<String, Value>,
        name: &'static str,
        version_1: bool,
    ) {
        let Some(objects) = document.get(name) else {
            return;
        };
        for (pointer, object) in pointed(&format!("/{name}"), objects) {
            let typed = object.get("type").is_some_and(is_type);
            let what = "is required of each object";
            self.require(typed, "V4", format_args!("{pointer}/type"), what);
            let rule = match name {
                "credentialSchema" => "V9",
                "credentialStatus" | "refreshService" if version_1 => "V4",
                _ => {
                    self.optional_id("V3", &pointer, object);
                    continue;
                }
            };
            let named = object.get("id").is_some_and(is_url);
            let what = "is required, and must be a URL";
            self.require(named, rule, format_args!("{pointer}/id"), what);
        }
    }

    /// V10.
    fn related_resources(&mut self, document: &Map<String, Value>) {
        let Some(resources) = document.get("relatedResource") else {
            return;
        };
        let all = items(resources);
        self.require(!all.is_empty(), "V10", "/relatedResource", "is empty");
        for (i, (pointer, resource)) in pointed("/relatedResource", resources).enumerate() {
            let id = resource.get("id").filter(|id| is_url(id));
            let what = "is required, and must be a URL";
            self.require(id.is_some(), "V10", format_args!("{pointer}/id"), what);
            let earlier = all.iter().take(i).filter_map(|other| other.get("id"));
            let again = id.is_some_and(|id| earlier.into_iter().any(|other| other == id));
            let what = "stands twice among the related resources";
            self.require(!again, "V10", format_args!("{pointer}/id"), what);
            for (place, what) in resources::check(resource, id.and_then(Value::as_str)) {
                self.add("V10", format!("{pointer}{place}"), what);
            }
        }
    }
}
