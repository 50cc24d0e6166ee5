//! The one place that reads the device's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use cheti_shared::time::{QR_EPOCH, Timestamp};

/// What time it is. A clock outside the years 1970 to 9999 reads as 1970, which every check notices.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    let read = i64::try_from(seconds).ok().and_then(Timestamp::from_unix);
    read.or(Timestamp::from_unix(0)).unwrap_or(QR_EPOCH)
}
