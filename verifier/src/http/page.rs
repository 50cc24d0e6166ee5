//! The answer to the form, for browsers without script: a result page, without anything from elsewhere.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use cheti_verifier_core::report::Verdict;

use super::problem::Problem;
use super::service::Service;
use super::verify;
use crate::compare::{Compared, Comparison};
use crate::present::{self, Standing, Words};

const STYLE: &str = include_str!("page.css");
const FORM: &str = include_str!("../../web/form.html");

/// The style of the result that the server makes.
pub(super) async fn style() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

/// Judge what was sent, and show it. What goes wrong is told on a page too.
pub(super) async fn upload(State(service): State<Arc<Service>>, request: Request) -> Response {
    match judged(&service, request).await {
        Ok(html) => Html(html).into_response(),
        Err(problem) => {
            let text = format!("<p class=\"bad\">{}</p>{FORM}", escaped(&problem.detail()));
            let status = problem.into_response().status();
            (status, Html(page("Not checked", &text))).into_response()
        }
    }
}

async fn judged(service: &Arc<Service>, request: Request) -> Result<String, Problem> {
    if verify::media_type(request.headers()) != "multipart/form-data" {
        return Err(Problem::Unsupported(
            "send the form of this page".to_owned(),
        ));
    }
    let sent = verify::form(request).await?;
    let report = verify::report(service, sent.input).await?;
    let comparison = Comparison::of(&sent.expected, report.signed.as_ref());
    let words = present::words(&report, service.code_hosts());
    let body = result(&words, report.verdict, comparison.name.result);
    Ok(page("Result", &format!("{body}{FORM}")))
}

/// The facts come first and large; no verdict without them.
fn result(words: &Words, verdict: Verdict, name: Compared) -> String {
    let mut html = format!(
        "<section><h2>{}</h2><dl>",
        escaped(words.standing.heading())
    );
    for (label, value) in &words.facts {
        let (label, value) = (escaped(label), escaped(value));
        let _ = write!(html, "<dt>{label}</dt><dd><bdi>{value}</bdi></dd>");
    }
    let class = match verdict {
        Verdict::Valid if words.standing == Standing::Signed => "good",
        Verdict::Invalid => "bad",
        Verdict::Valid | Verdict::Undecided => "open",
    };
    let _ = write!(
        html,
        "</dl><p class=\"{class}\">{}</p>",
        escaped(&words.verdict)
    );
    if let Some((class, text)) = compared(name) {
        let _ = write!(html, "<p class=\"{class}\">{text}</p>");
    }
    for (class, lines) in [
        ("because", &words.because),
        ("advice", &words.advice),
        ("notes", &words.notes),
    ] {
        if !lines.is_empty() {
            let items: String = lines
                .iter()
                .map(|line| format!("<li>{}</li>", escaped(line)))
                .collect();
            let _ = write!(html, "<ul class=\"{class}\">{items}</ul>");
        }
    }
    html + "</section>"
}

fn compared(name: Compared) -> Option<(&'static str, &'static str)> {
    match name {
        Compared::Match => Some(("good", "The name you typed is the one that was signed.")),
        Compared::Mismatch => Some(("bad", "The name you typed is NOT the one that was signed.")),
        Compared::NotCompared => None,
    }
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    )
}

/// Text as HTML shows it, in content and in attributes (THREATS 25).
pub(super) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            '\'' => html += "&#39;",
            other => html.push(other),
        }
    }
    html
}
