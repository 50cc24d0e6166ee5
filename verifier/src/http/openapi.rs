//! The service described in OpenAPI 3.1, made from the table of endpoints.

use axum::Json;
use axum::http::Method;
use serde_json::{Map, Value, json};

use super::endpoint::{self, Endpoint};
use super::{batch, reports, watch};
use crate::compare::EXPECTED_CHARACTERS;

const ABOUT: &str = "Whether a certificate is genuine and in force, and whose it is. Answers carry no CORS headers: programs on a server \
    call this, and pages of other origins cannot. What goes wrong is answered as application/problem+json (RFC 9457).\n\n\
    A service may ask programs for an API key (Authorization: Bearer) on /v1: without one of its keys, 401. How many POST requests of a key \
    or an address may follow is told in RateLimit and RateLimit-Policy; beyond that, 429 and Retry-After.";

const OF_VERIFY: &str = "Send a credential as JSON, the text of a code as text, a picture or PDF as it is, or a form. \
    JSON may hold what is expected: with a matching expected.name a valid certificate is accepted, without one it is at most to be reviewed.\n\n\
    With ?report=signed, for which an API key is needed, the answer carries signedReport: the same answer with the policy, the time and the \
    SHA-256 of the body as it was sent, signed with the verifier's own key (eddsa-jcs-2022, a did:key that is in no trust list). Keep it to \
    show later what was decided and by what; POST /v1/reports/verify checks it.";

const OF_BATCH: &str = "Send NDJSON, one item a line; or CSV with a header that names the column qr and any of id, name, course, date; or a ZIP of \
    PDFs, pictures and JSON files; expected.csv among them, with the columns file and any of name, course, date, says what is expected of each. Answers come in the order of the items while more are read; the last line is {\"summary\": ...}. \
    An answer that ends without it is not whole. With Accept: text/csv the answer is a table for people.\n\n\
    An item that cannot be read, or is too large (a line of JSON of 1 MiB and 64 KiB, a row of 64 KiB, a file of 20 MiB), is an answer with \
    decision review and error; the others go on. A whole batch has at most 100,000 items and 1 GiB, unless the service is configured otherwise, \
    and must have been sent within an hour: beyond that, summary.complete is false and summary.problem says why. While as many batches \
    as the service takes are at work (4), more get 503 and Retry-After. With ?report=signed each line carries its signedReport, about the \
    SHA-256 of the item's line, of its code's text, or of its file.";

const OF_WATCH: &str = "Present a certificate as to /v1/verify. When its signature holds it is watched for the key that asks: its digest, its issuer \
    and its places in status lists are kept, nothing else. Ask GET /v1/watch/changes for what changed since, or let the service call a webhook: \
    these come from the configuration alone, and messages are signed as Standard Webhooks 1.0 has it (webhook-id, webhook-timestamp, \
    webhook-signature). What is revoked stays revoked; one that was suspended may be in force again. A service that is not configured \
    to watch answers 404.";

const OF_CHANGES: &str = "Certificates of the key that asks that stand otherwise than before, each once, as it stands now, in the order in which the changes were \
    noticed; at most 1,000. Ask again with since= and what next says.";

fn description(path: &str) -> Option<&'static str> {
    match path {
        "/v1/verify" => Some(OF_VERIFY),
        batch::PATH => Some(OF_BATCH),
        watch::PATH => Some(OF_WATCH),
        watch::CHANGES => Some(OF_CHANGES),
        _ => None,
    }
}

pub(super) async fn describe() -> Json<Value> {
    Json(document(&endpoint::all()))
}

/// The description of these endpoints.
pub(super) fn document(endpoints: &[Endpoint]) -> Value {
    let mut paths = Map::new();
    for endpoint in endpoints {
        let operations = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        operations[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cheti verifier",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
        },
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key of this service, where it asks for one"}},
        },
    })
}

fn schemas() -> Map<String, Value> {
    let of_the_vc_api = [
        ("Problem", problem()),
        ("Verified", verified()),
        ("VerifyCredential", request("verifiableCredential")),
        ("VerifyPresentation", request("verifiablePresentation")),
    ];
    let all = of_the_vc_api.into_iter().chain(super::schemas::all());
    all.map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut responses = json!({
        "default": {"description": "A problem (RFC 9457)", "content": problem_content()},
    });
    if endpoint.method != Method::DELETE {
        responses["200"] = answer(endpoint, endpoint.summary);
    }
    if endpoint.gives == ["text/html"] {
        responses["default"]["content"]["text/html"] = json!({"schema": {"type": "string"}});
    }
    if endpoint.path.starts_with("/credentials") || endpoint.path.starts_with("/presentations") {
        responses["422"] = answer(endpoint, "It does not verify, or could not be verified");
    }
    if endpoint.method == Method::DELETE {
        responses["204"] = json!({"description": endpoint.summary});
        responses["404"] = json!({"description": "There is no such thing of this key", "content": problem_content()});
    }
    if endpoint.path == watch::PATH {
        responses["422"] =
            json!({"description": "It cannot be watched", "content": problem_content()});
    }
    let asks_for_key = endpoint.path.starts_with("/v1/");
    if endpoint.method == Method::POST || asks_for_key {
        for (status, description) in [
            (
                "401",
                "The service asks for an API key, or the one sent is none of its keys",
            ),
            (
                "429",
                "Too many requests; Retry-After says when to come back",
            ),
        ] {
            responses[status] = json!({"description": description, "content": problem_content()});
        }
    }
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters(endpoint.path),
        "responses": responses,
    });
    if let Some(description) = description(endpoint.path) {
        operation["description"] = description.into();
    }
    if endpoint.method == Method::POST {
        let content: Map<String, Value> = endpoint
            .takes
            .iter()
            .map(|kind| ((*kind).to_owned(), body(endpoint.path, kind)))
            .collect();
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    if endpoint.path.starts_with(watch::PATH) {
        operation["security"] = json!([{"key": []}]);
    } else if asks_for_key {
        operation["security"] = json!([{"key": []}, {}]);
    }
    operation
}

/// What the form of the page sends: a file or a text, and what is expected. A browser sends both, one of them empty.
fn form() -> Value {
    let short = json!({"type": "string", "maxLength": EXPECTED_CHARACTERS});
    json!({
        "type": "object",
        "description": "One of file and text; an empty one counts as none",
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "text": {"type": "string"},
            "name": short,
            "course": short,
            "date": short,
        },
        "additionalProperties": false,
    })
}

fn problem_content() -> Value {
    json!({"application/problem+json": {"schema": named("Problem")}})
}

fn answer(endpoint: &Endpoint, description: &str) -> Value {
    let schema = |kind: &str| match (endpoint.path, kind) {
        ("/v1/verify", _) => named("Judged"),
        (reports::PATH, _) => named("CheckedReport"),
        (watch::PATH, _) => named("Watched"),
        (watch::CHANGES, _) => named("WatchChanges"),
        (watch::DEAD_LETTERS, _) => named("DeadLetters"),
        (batch::PATH, "application/x-ndjson") => named("BatchAnswer"),
        ("/credentials/verify" | "/presentations/verify", _) => named("Verified"),
        (_, kind) if kind.starts_with("text/") => json!({"type": "string"}),
        _ => json!({}),
    };
    let content: Map<String, Value> = endpoint
        .gives
        .iter()
        .map(|kind| ((*kind).to_owned(), json!({"schema": schema(kind)})))
        .collect();
    json!({"description": description, "content": content})
}

fn body(path: &str, kind: &str) -> Value {
    let schema = match (path, kind) {
        ("/v1/verify" | watch::PATH, "application/json") => named("VerifyRequest"),
        (reports::PATH, _) => json!({"type": "object", "description": "A signedReport"}),
        (_, "multipart/form-data") => form(),
        (batch::PATH, "application/x-ndjson") => named("BatchItem"),
        (batch::PATH, "text/csv") => json!({"type": "string"}),
        ("/credentials/verify", "application/json") => named("VerifyCredential"),
        ("/presentations/verify", "application/json") => named("VerifyPresentation"),
        (_, kind) if kind.ends_with("json") || kind.starts_with("application/v") => {
            json!({"type": "object"})
        }
        _ => json!({"type": "string", "format": "binary"}),
    };
    json!({"schema": schema})
}

fn parameters(path: &str) -> Vec<Value> {
    let names = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = names.map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let in_query = ["/v1/verify", batch::PATH].contains(&path).then(|| {
        json!({
            "name": "report",
            "in": "query",
            "description": "Answer with a signed report; needs an API key",
            "schema": {"enum": ["signed"]},
        })
    });
    let since = (path == watch::CHANGES).then(|| {
        json!({
            "name": "since",
            "in": "query",
            "description": "The number of the last change that is known; without it, all",
            "schema": {"type": "integer", "minimum": 0},
        })
    });
    in_path.chain(in_query).chain(since).collect()
}

fn named(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn request(member: &str) -> Value {
    let flag = json!({"type": "boolean"});
    json!({
        "type": "object",
        "required": [member],
        "properties": {
            member: {"type": "object"},
            "options": {"type": "object", "description": "Options that are not known are tolerated", "properties": {
                "returnCredential": flag,
                "returnPresentation": flag,
                "returnResults": flag,
                "returnProblemDetails": {"type": "boolean", "default": true},
                "challenge": {"type": "string"},
                "domain": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            }},
        },
    })
}

fn verified() -> Value {
    json!({
        "type": "object",
        "required": ["verified"],
        "properties": {
            "verified": {"type": "boolean"},
            "problemDetails": {"type": "array", "items": named("Problem"), "description": "What is wrong; of what verifies, warnings"},
            "credential": {"type": "object", "description": "What was signed, without proof"},
            "presentation": {"type": "object", "description": "What was signed, without proof"},
            "credentialResults": {"type": "array", "items": named("Verified")},
            "results": {"type": "object", "description": "What came of validFrom, validUntil, credentialSchema, credentialStatus, proof"},
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "A URL of a specification, or urn:cheti:problem: and a word that does not change"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The committed description is that of the router's own table; `UPDATE=1` writes it anew.
    #[test]
    fn the_committed_description_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let current = serde_json::to_string_pretty(&document(&endpoint::all())).unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap();
        assert_eq!(committed, current, "run the test with UPDATE=1");
    }
}
