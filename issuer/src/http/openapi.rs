//! The admin interface described in OpenAPI 3.1, made from the table of endpoints, so that the two cannot differ.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::endpoint::{Endpoint, scope_names};

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
            "title": "Cheti issuer",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What a program may do. Submitting, approving and confirming take an officer's own key and have no place here.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(),
        },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let problem = json!({
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let mut done = json!({"description": endpoint.summary});
    let (body, answer) = endpoint.schemas;
    if let Some(name) = answer {
        done["content"] = in_json(name);
    }
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters(endpoint),
        "responses": {endpoint.done: done, "default": problem},
    });
    let scopes = endpoint.access.scopes();
    if !scopes.is_empty() {
        operation["security"] = json!([{"key": []}]);
        operation["x-scope"] = scope_names(&scopes).into();
    }
    if let Some(name) = body {
        operation["requestBody"] = json!({"required": true, "content": in_json(name)});
    } else if (&endpoint.method, endpoint.path) == (&Method::POST, "/v1/batches") {
        let any_file = json!({"schema": {"type": "string", "format": "binary", "maxLength": cheti_shared::limits::ROSTER_BYTES}});
        operation["requestBody"] =
            json!({"required": true, "content": {"application/octet-stream": any_file}});
    }
    operation
}

fn in_json(name: &str) -> Value {
    json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}})
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let schema = json!({"type": "string"});
    let in_path = endpoint
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": schema}));
    let in_query = endpoint.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.meaning,
            "schema": schema,
        })
    });
    in_path.chain(in_query).collect()
}

fn schemas() -> Value {
    let credential =
        json!({"type": "object", "description": "A verifiable credential, VCDM 2.0 or 1.1"});
    let to_issue = json!({"type": "object", "description": "A credential without proof. id and issuer are filled in where they are absent; an issuer that is there must be this one's own identifier. A status entry is added. An id that is given makes the request repeatable: the same content gets the same octets, other content is refused"});
    let entry = json!({
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"const": "BitstringStatusListEntry"},
            "statusPurpose": {"const": "revocation"},
            "status": status_schema(),
        },
    });
    let entries = json!({"oneOf": [entry, {"type": "array", "minItems": 1, "items": entry}]});
    json!({
        "Problem": problem_schema(),
        "IssueCredentialRequest": {
            "type": "object",
            "required": ["credential"],
            "properties": {"credential": to_issue, "options": options_schema()},
        },
        "VerifiableCredentialResponse": {
            "type": "object",
            "required": ["verifiableCredential"],
            "properties": {"verifiableCredential": credential},
        },
        "UpdateStatusRequest": {
            "type": "object",
            "required": ["credentialId", "credentialStatus"],
            "properties": {
                "credentialId": {"type": "string"},
                "credentialStatus": entries,
                "status": status_schema(),
            },
        },
        "UpdateStatusResponse": {
            "type": "object",
            "required": ["credentialId", "credentialStatus", "published"],
            "properties": {
                "credentialId": {"type": "string"},
                "credentialStatus": entries,
                "published": {"type": "boolean", "description": "Whether the status list was published already; otherwise it will be"},
            },
        },
    })
}

fn options_schema() -> Value {
    json!({
        "type": "object",
        "description": "Others are passed over",
        "properties": {
            "batch": {"type": "string", "description": "An approved batch; the credential's name and course, and what it says of cohort, date and results, must be those of one graduate, whose certificate is returned as it was approved. Needs the scope issue. Without it, the credential itself is signed, which needs vc_api_issue = \"direct\" and the scope issue_direct: nobody approves it"},
            "cryptosuite": {"enum": ["eddsa-rdfc-2022", "eddsa-jcs-2022"], "description": "The suite of a single proof; badges always get both"},
            "proofSet": {"type": "boolean", "description": "Both suites, as an array"},
        },
    })
}

fn status_schema() -> Value {
    json!({"enum": [true, false, "1", "0"], "description": "In each entry, or beside them for all"})
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "description": "urn:cheti:problem: and a word that does not change, or the URL that a specification has for it"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "findings": {"type": "array", "description": "Every rule that a posted credential breaks, with its JSON pointer", "items": {
                "type": "object",
                "required": ["rule", "pointer", "detail"],
                "properties": {"rule": {"type": "string"}, "pointer": {"type": "string"}, "detail": {"type": "string"}},
            }},
            "problems": {"type": "array", "description": "Everything wrong with single lines of a roster"},
        },
    })
}
