//! Counts for Prometheus: requests by route and status, the journal by action. No personal data.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::app::journal_watch::JournalWatch;

/// One line of the count.
type Kind = (&'static str, &'static str, u16);

/// Requests answered since the start, by listener, route and status, with the time they took.
#[derive(Debug, Default)]
pub(super) struct Requests {
    counts: Mutex<BTreeMap<Kind, (u64, Duration)>>,
}

impl Requests {
    /// Count one answered request.
    pub(super) fn count(
        &self,
        listener: &'static str,
        route: &'static str,
        status: u16,
        took: Duration,
    ) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, time) = counts.entry((listener, route, status)).or_default();
        *count += 1;
        *time += took;
    }

    /// The whole page in Prometheus' text format.
    pub(super) fn page(&self, journal: &JournalWatch) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut page = String::new();
        family(&mut page, "cheti_http_requests_total", "Requests answered.");
        for ((listener, route, status), (count, _)) in counts.iter() {
            let _ = writeln!(
                page,
                "cheti_http_requests_total{{listener=\"{listener}\",route=\"{route}\",status=\"{status}\"}} {count}"
            );
        }
        let help = "Time from a request's head to its answer's head.";
        family(&mut page, "cheti_http_request_seconds_total", help);
        for ((listener, route, status), (_, time)) in counts.iter() {
            let _ = writeln!(
                page,
                "cheti_http_request_seconds_total{{listener=\"{listener}\",route=\"{route}\",status=\"{status}\"}} {:.6}",
                time.as_secs_f64()
            );
        }
        family(
            &mut page,
            "cheti_journal_events_total",
            "Events in the audit journal.",
        );
        for (action, count) in journal.actions() {
            let _ = writeln!(
                page,
                "cheti_journal_events_total{{action=\"{action}\"}} {count}"
            );
        }
        let help = "Certificates signed for batches, corrections not counted.";
        family(&mut page, "cheti_certificates_signed_total", help);
        let signed = journal.certificates_signed();
        let _ = writeln!(page, "cheti_certificates_signed_total {signed}");
        page
    }
}

fn family(page: &mut String, name: &str, help: &str) {
    let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} counter");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_add_up() {
        let requests = Requests::default();
        let half = Duration::from_millis(500);
        requests.count("public", "/bundle", 200, half);
        requests.count("public", "/bundle", 200, half);
        requests.count("admin", "none", 404, half);
        let page = requests.page(&JournalWatch::default());
        for line in [
            "# TYPE cheti_http_requests_total counter",
            r#"cheti_http_requests_total{listener="public",route="/bundle",status="200"} 2"#,
            r#"cheti_http_request_seconds_total{listener="public",route="/bundle",status="200"} 1.000000"#,
            r#"cheti_http_requests_total{listener="admin",route="none",status="404"} 1"#,
            "cheti_certificates_signed_total 0",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} in\n{page}");
        }
    }
}
