//! Figures for Prometheus: counts and ages, nothing about anybody.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use cheti_verifier_core::evidence::Evidence;
use cheti_verifier_core::evidence::status::Held;
use cheti_verifier_core::report::Verdict;

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    reports: [AtomicU64; 3],
    responses: [AtomicU64; 4],
    request_microseconds: AtomicU64,
}

const VERDICTS: [&str; 3] = ["valid", "undecided", "invalid"];
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

impl Metrics {
    /// A report was given.
    pub(super) fn reported(&self, verdict: Verdict) {
        let place = match verdict {
            Verdict::Valid => 0,
            Verdict::Undecided => 1,
            Verdict::Invalid => 2,
        };
        if let Some(count) = self.reports.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self, status: u16, microseconds: u64) {
        let place = usize::from((status / 100).clamp(2, 5) - 2);
        if let Some(count) = self.responses.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.request_microseconds
            .fetch_add(microseconds, Ordering::Relaxed);
    }

    /// The text form.
    pub(super) fn text(&self, evidence: &Evidence) -> String {
        let mut text = String::new();
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        text += "# TYPE cheti_verifier_reports_total counter\n";
        for (verdict, count) in VERDICTS.iter().zip(&self.reports) {
            let count = read(count);
            let _ = writeln!(
                text,
                "cheti_verifier_reports_total{{verdict=\"{verdict}\"}} {count}"
            );
        }
        text += "# TYPE cheti_verifier_responses_total counter\n";
        for (class, count) in CLASSES.iter().zip(&self.responses) {
            let count = read(count);
            let _ = writeln!(
                text,
                "cheti_verifier_responses_total{{status=\"{class}\"}} {count}"
            );
        }
        let microseconds = read(&self.request_microseconds);
        text += "# TYPE cheti_verifier_request_seconds_sum counter\n";
        let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
        let _ = writeln!(
            text,
            "cheti_verifier_request_seconds_sum {seconds}.{rest:06}"
        );
        if let Some(trust) = evidence.trust() {
            let version = trust.version();
            gauge(
                &mut text,
                "trust_list_version",
                i64::try_from(version).unwrap_or(i64::MAX),
            );
            gauge(&mut text, "trust_list_made_seconds", trust.made().unix());
            gauge(
                &mut text,
                "trust_list_expires_seconds",
                trust.expires().unix(),
            );
        }
        let made = evidence
            .status_lists()
            .filter_map(|(_, held)| held.usable());
        if let Some(oldest) = made.map(|status| status.list().valid_from().unix()).min() {
            gauge(&mut text, "oldest_status_list_made_seconds", oldest);
        }
        let refused = |held: &Held| matches!(held, Held::Refused(_));
        let refused = evidence
            .status_lists()
            .filter(|(_, held)| refused(held))
            .count();
        gauge(
            &mut text,
            "status_lists_refused",
            i64::try_from(refused).unwrap_or(i64::MAX),
        );
        text
    }
}

fn gauge(text: &mut String, name: &str, value: i64) {
    let _ = writeln!(
        text,
        "# TYPE cheti_verifier_{name} gauge\ncheti_verifier_{name} {value}"
    );
}
