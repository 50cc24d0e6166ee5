//! The admin interface described in OpenAPI 3.1, made from the table of endpoints, so that the two cannot differ.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::endpoint::{Access, Endpoint, scope_name};

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
            "schemas": {"Problem": problem_schema()},
        },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
    let problem = json!({
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    let done = match endpoint.path {
        "/v1/batches" if endpoint.method == Method::POST => "201",
        _ => "200",
    };
    let mut operation = json!({
        "summary": endpoint.summary,
        "parameters": parameters(endpoint),
        "responses": {done: {"description": endpoint.summary}, "default": problem},
    });
    if let Access::Key(scope) = endpoint.access {
        operation["security"] = json!([{"key": []}]);
        operation["x-scope"] = scope_name(scope).into();
    }
    if done == "201" {
        let any_file = json!({"schema": {"type": "string", "format": "binary", "maxLength": cheti_shared::limits::ROSTER_BYTES}});
        operation["requestBody"] =
            json!({"required": true, "content": {"application/octet-stream": any_file}});
    }
    operation
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

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "description": "urn:cheti:problem: and a word that does not change"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "problems": {"type": "array", "description": "Everything wrong with single lines of a roster"},
        },
    })
}
