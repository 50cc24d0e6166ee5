//! The service described in OpenAPI 3.1, made from the table of endpoints.

use axum::Json;
use axum::http::Method;
use serde_json::{Map, Value, json};

use super::endpoint::{self, Endpoint};

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
            "description": "Whether a certificate is genuine and in force.",
        },
        "paths": paths,
        "components": {"schemas": {
            "Problem": problem(),
            "Judged": judged(),
            "Verified": verified(),
            "VerifyCredential": request("verifiableCredential"),
            "VerifyPresentation": request("verifiablePresentation"),
        }},
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut responses = json!({
        "200": answer(endpoint, endpoint.summary),
        "default": {
            "description": "A problem (RFC 9457)",
            "content": {"application/problem+json": {"schema": named("Problem")}},
        },
    });
    if endpoint.path.ends_with("s/verify") {
        responses["422"] = answer(endpoint, "It does not verify, or could not be verified");
    }
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters(endpoint.path),
        "responses": responses,
    });
    if endpoint.method == Method::POST {
        let content: Map<String, Value> = endpoint
            .takes
            .iter()
            .map(|kind| ((*kind).to_owned(), body(endpoint.path, kind)))
            .collect();
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

fn answer(endpoint: &Endpoint, description: &str) -> Value {
    let schema = match endpoint.path {
        "/v1/verify" => named("Judged"),
        "/credentials/verify" | "/presentations/verify" => named("Verified"),
        _ => json!({}),
    };
    let content: Map<String, Value> = endpoint
        .gives
        .iter()
        .map(|kind| ((*kind).to_owned(), json!({"schema": schema})))
        .collect();
    json!({"description": description, "content": content})
}

fn body(path: &str, kind: &str) -> Value {
    let schema = match (path, kind) {
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
    names
        .map(|name| {
            json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
        })
        .collect()
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

fn judged() -> Value {
    json!({
        "type": "object",
        "required": ["decision", "decisionReasons", "comparison", "verdict", "reasons", "checks"],
        "properties": {
            "decision": {"enum": ["accept", "reject", "review"]},
            "decisionReasons": {"type": "array", "items": {"type": "string"}},
            "comparison": {"type": "object"},
            "warnings": {"type": "array", "items": {"type": "string"}},
            "verdict": {"enum": ["valid", "undecided", "invalid"]},
            "reasons": {"type": "array", "items": {"type": "string"}},
            "signed": {"type": "object", "description": "The facts that were signed"},
            "claimed": {"type": "object", "description": "What is claimed and not verified"},
            "checks": {"type": "array", "items": {"type": "object"}},
            "proofs": {"type": "array", "items": {"type": "object"}},
            "endorsements": {"type": "array", "items": {"type": "object"}},
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
