//! `/docs`: the interface described for people, made from the same table and schemas as `/openapi.json`; no script and
//! nothing from elsewhere.

use std::fmt::Write as _;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::{Map, Value};

use super::page::escaped;
use super::{endpoint, openapi};

const STYLE: &str = include_str!("docs.css");

pub(super) async fn page() -> Html<String> {
    Html(rendered(&openapi::document(&endpoint::all())))
}

pub(super) async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

/// The page of a description.
fn rendered(document: &Value) -> String {
    let title = text(&document["info"]["title"]);
    let mut contents = String::new();
    let mut operations = String::new();
    let mut paths: Vec<_> = members(&document["paths"]).collect();
    paths.sort_by_key(|(path, _)| place(path));
    for (path, methods) in paths {
        for (method, operation) in members(methods) {
            let method = method.to_ascii_uppercase();
            let anchor = anchor(&format!("{method}{path}"));
            let (heading, summary) = (
                format!("<code>{method} {}</code>", escaped(path)),
                text(&operation["summary"]),
            );
            let _ = write!(
                contents,
                "<li><a href=\"#{anchor}\">{heading}</a> {summary}</li>"
            );
            let _ = write!(
                operations,
                "<section id=\"{anchor}\"><h3>{heading}</h3><p>{summary}.</p>{}</section>",
                described(operation)
            );
        }
    }
    let schemas: String = members(&document["components"]["schemas"])
        .map(|(name, schema)| {
            let (anchor, content) = (anchor(name), shape(name, schema));
            format!("<section id=\"{anchor}\"><h3>{name}</h3>{content}</section>")
        })
        .collect();
    let about = text(&document["info"]["description"]);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <link rel=\"stylesheet\" href=\"/docs.css\"></head><body><main><h1>{title}</h1><p>{about}</p>\
         <p>Problems: <a href=\"#Problem\">Problem</a>. For programs: <a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\
         <nav aria-labelledby=\"contents\"><h2 id=\"contents\">Requests</h2><ul>{contents}</ul></nav>\
         <h2>Each request</h2>{operations}<h2>What is sent and answered</h2>{schemas}</main></body></html>"
    )
}

/// What programs ask for most comes first.
fn place(path: &str) -> usize {
    let groups = ["/v1/", "/credentials/", "/presentations/"];
    let group = groups.iter().position(|group| path.starts_with(group));
    group.unwrap_or(groups.len())
}

/// What an operation takes and gives. That problems are answered as such is said once for all.
fn described(operation: &Value) -> String {
    let mut html = String::new();
    for paragraph in operation["description"]
        .as_str()
        .unwrap_or_default()
        .split("\n\n")
    {
        if !paragraph.is_empty() {
            let _ = write!(html, "<p>{}</p>", escaped(paragraph));
        }
    }
    let taken: Vec<_> = members(&operation["requestBody"]["content"]).collect();
    if !taken.is_empty() {
        html += "<h4>Takes</h4><ul>";
        html.extend(taken.into_iter().map(content));
        html += "</ul>";
    }
    html += "<h4>Answers</h4><dl>";
    let answers = members(&operation["responses"]).filter(|(status, _)| *status != "default");
    for (status, answer) in answers {
        let kinds: String = members(&answer["content"]).map(content).collect();
        let description = match answer["description"] == operation["summary"] {
            true => String::new(),
            false => text(&answer["description"]),
        };
        let _ = write!(
            html,
            "<dt>{status}</dt><dd>{description}<ul>{kinds}</ul></dd>"
        );
    }
    html + "</dl>"
}

/// A media type and its schema.
fn content((kind, content): (&String, &Value)) -> String {
    let kind = escaped(kind);
    match kind_of(&content["schema"]) {
        shape if shape.is_empty() => format!("<li><code>{kind}</code></li>"),
        shape => format!("<li><code>{kind}</code>: {shape}</li>"),
    }
}

/// A schema: its members as a table, or each of its alternatives. Each table has a name of its own, to be found by ear.
fn shape(named: &str, schema: &Value) -> String {
    let mut html = match schema["description"].as_str() {
        Some(description) => format!("<p>{}.</p>", escaped(description)),
        None => String::new(),
    };
    for base in schema["allOf"].as_array().into_iter().flatten() {
        let _ = write!(html, "<p>All of {}, and:</p>", kind_of(base));
    }
    let alternatives = schema["anyOf"].as_array();
    for (place, alternative) in alternatives.into_iter().flatten().enumerate() {
        let number = place + 1;
        let content = shape(&format!("{named}, alternative {number}"), alternative);
        let _ = write!(html, "<h4>Alternative {number}</h4>{content}");
    }
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let mut rows = String::new();
    for (name, member) in members(&schema["properties"]) {
        let always = if required.contains(&name.as_str()) {
            "always"
        } else {
            ""
        };
        let (kind, description) = (kind_of(member), text(&member["description"]));
        let name = escaped(name);
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{kind}</td><td>{always}</td><td>{description}</td></tr>"
        );
    }
    if !rows.is_empty() {
        let named = escaped(named);
        let _ = write!(
            html,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Members of {named}\"><table><thead><tr><th scope=\"col\">Member</th>\
             <th scope=\"col\">Type</th><th scope=\"col\">There</th><th scope=\"col\">Meaning</th></tr></thead>\
             <tbody>{rows}</tbody></table></div>"
        );
    }
    html
}

/// The type of a schema, in a few words.
fn kind_of(schema: &Value) -> String {
    let list = |values: &Vec<Value>| {
        let texts = values.iter().map(|value| match value {
            Value::String(text) => escaped(text),
            other => escaped(&other.to_string()),
        });
        texts.collect::<Vec<_>>()
    };
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        return format!("<a href=\"#{}\">{}</a>", anchor(name), escaped(name));
    }
    if let Some(values) = schema["enum"].as_array() {
        return format!("<code>{}</code>", list(values).join("</code>, <code>"));
    }
    if schema.get("const").is_some() {
        return format!("<code>{}</code>", escaped(&schema["const"].to_string()));
    }
    if let Some(kinds) = schema["anyOf"].as_array() {
        return kinds.iter().map(kind_of).collect::<Vec<_>>().join(" or ");
    }
    match (&schema["type"], schema["format"].as_str()) {
        (Value::String(kind), _) if kind == "array" => {
            format!("list of {}", kind_of(&schema["items"]))
        }
        (Value::String(_), Some("binary")) => "the octets".to_owned(),
        (Value::String(kind), Some(format)) => format!("{kind} ({format})"),
        (Value::String(kind), None) => kind.clone(),
        (Value::Array(kinds), _) => list(kinds).join(" or "),
        _ => String::new(),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

/// A name for a link within the page.
fn anchor(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    text.chars().map(safe).collect()
}
