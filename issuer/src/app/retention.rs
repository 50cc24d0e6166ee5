//! Retention: which certificates a course no longer needs to be kept on anybody.

use cheti_shared::ids::CredentialId;
use cheti_shared::time::Date;
use serde::Serialize;

use super::approve_batch::list_batches;
use super::desk::Desk;
use super::error::AppError;
use super::search::certificates_of;
use crate::domain::batch::BatchId;

/// A certificate whose time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The certificate number.
    pub number: String,
    /// The credential's id.
    pub id: CredentialId,
    /// The course's code.
    pub course: String,
    /// The batch.
    pub batch: BatchId,
    /// The award's date.
    pub awarded: Date,
    /// The years that the course keeps it.
    pub retain_years: u8,
}

/// The certificates that were awarded longer ago than their course's `retain_years`, and are not erased yet; told one by
/// one. Courses without it keep them for good.
pub fn each_due(desk: &Desk, mut visit: impl FnMut(&Due)) -> Result<(), AppError> {
    let today = desk.clock.now().date_at(desk.organisation()?.utc_offset);
    for batch in list_batches(desk)? {
        let Some(years) = desk.course(&batch.course)?.retain_years else {
            continue;
        };
        if !is_over(batch.award_date, years, today) {
            continue;
        }
        for certificate in certificates_of(desk, &batch.id)? {
            if certificate.erased.is_none() {
                visit(&Due {
                    number: certificate.number,
                    id: certificate.id,
                    course: batch.course.clone(),
                    batch: batch.id.clone(),
                    awarded: batch.award_date,
                    retain_years: years,
                });
            }
        }
    }
    Ok(())
}

/// Whether so many years passed since `awarded`: its day of the year counts, 29 February as 1 March.
fn is_over(awarded: Date, years: u8, today: Date) -> bool {
    let day = |date: Date| date.to_string().get(5..).unwrap_or_default().to_owned();
    let passed = today.year() - awarded.year();
    let years = i32::from(years);
    passed > years || (passed == years && day(today) >= day(awarded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_over_on_their_day() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (awarded, years, today, over) in [
            ("2020-10-20", 5, "2025-10-19", false),
            ("2020-10-20", 5, "2025-10-20", true),
            ("2020-10-20", 5, "2026-01-01", true),
            ("2020-10-20", 0, "2020-10-20", true),
            ("2024-02-29", 1, "2025-02-28", false),
            ("2024-02-29", 1, "2025-03-01", true),
        ] {
            assert_eq!(is_over(date(awarded), years, date(today)), over, "{today}");
        }
    }
}
