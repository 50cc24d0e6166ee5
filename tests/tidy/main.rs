//! The rules of the house, read off the sources and off cargo: a newcomer learns them from a red test.
//!
//! Each rule is a function from text to findings, so that beside the test that the repository keeps it stands one that
//! it can fail. What a rule has to let pass stands in `exceptions.toml`, with the reason; an exception that is no longer
//! needed fails too.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod arrows;
mod exceptions;
mod layout;
mod packages;
mod source;
mod tree;
mod wasm;
mod words;

/// Fail with one line for each finding that is not excepted.
fn report(rule: &str, findings: Vec<tree::Finding>) {
    let rest = exceptions::excuse(rule, findings);
    let lines: Vec<String> = rest.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{rule}:\n  {}\n", lines.join("\n  "));
}
