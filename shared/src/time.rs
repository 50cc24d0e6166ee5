//! Instants and calendar dates as credentials write them. No clock here: what time it is now is always an argument.

use std::fmt;
use std::str::FromStr;

use ::time::{Date as CivilDate, Month, OffsetDateTime, Time};

/// An instant in whole seconds since 1970-01-01T00:00:00Z, between the years 0000 and 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A calendar date, as the organisation's own calendar has it; no time, no offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(CivilDate);

/// How far local time is ahead of UTC, in minutes: `+03:00` is 180.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcOffset(i16);

/// A text that is no instant, date or offset of the form asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not {wanted}")]
pub struct NotATime {
    /// The text.
    pub text: String,
    /// What it should have been.
    pub wanted: &'static str,
}

impl NotATime {
    fn new(text: &str, wanted: &'static str) -> Self {
        let text = text.chars().take(60).collect();
        Self { text, wanted }
    }
}

/// 2020-01-01T00:00:00Z, where the QR code's dates and times begin (QR.md, codecs `date` and `time`).
pub const QR_EPOCH: Timestamp = Timestamp(1_577_836_800);

/// XML Schema allows offsets of up to fourteen hours.
const OFFSET_MINUTES_MAX: i16 = 14 * 60;

impl Timestamp {
    /// The instant this many seconds after 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let year = OffsetDateTime::from_unix_timestamp(seconds).ok()?.year();
        (0..=9999).contains(&year).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// This instant moved by `seconds`, held at the ends of the range.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        const FIRST: i64 = -62_167_219_200;
        const LAST: i64 = 253_402_300_799;
        Self(self.0.saturating_add(seconds).clamp(FIRST, LAST))
    }

    /// Seconds from `earlier` to this instant; negative when it is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The calendar date at this instant where local time is `offset` ahead of UTC.
    pub fn date_at(self, offset: UtcOffset) -> Date {
        let local = self.plus_seconds(i64::from(offset.0) * 60);
        Date(local.civil().date())
    }

    /// Read an XML Schema `dateTimeStamp` (V7): `2026-10-16T09:00:00+03:00`. A fraction of a second is dropped; a value
    /// with no offset is read as UTC (VCDM 2.0 §5.8).
    pub fn parse_xsd(text: &str) -> Result<Self, NotATime> {
        read_xsd(text)
            .ok_or_else(|| NotATime::new(text, "a date and time such as 2026-10-16T09:00:00Z"))
    }

    fn civil(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

fn read_xsd(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let date: Date = date.parse().ok()?;
    let (clock, after) = time.split_at_checked(8)?;
    let [hour, minute, second] = two_digits(clock.split(':'))?;
    let clock = Time::from_hms(hour, minute, second).ok()?;
    let offset = match after.strip_prefix('.') {
        None => after,
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == fraction.len() {
                return None;
            }
            offset
        }
    };
    let offset = match offset {
        "" | "Z" => UtcOffset(0),
        offset => offset.parse().ok()?,
    };
    let utc = date.0.with_time(clock).assume_utc().unix_timestamp();
    Timestamp::from_unix(utc - i64::from(offset.0) * 60)
}

/// Numbers of two digits each, exactly so many.
fn two_digits<'a, const N: usize>(mut parts: impl Iterator<Item = &'a str>) -> Option<[u8; N]> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        let part = parts.next()?;
        let digits = part.len() == 2 && part.bytes().all(|c| c.is_ascii_digit());
        *number = part.parse().ok().filter(|_| digits)?;
    }
    parts.next().is_none().then_some(numbers)
}

impl fmt::Display for Timestamp {
    /// `2026-10-16T06:00:00Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.civil();
        let (year, month, day) = (t.year(), u8::from(t.month()), t.day());
        let (hour, minute, second) = t.time().as_hms();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    /// Reads a `dateTimeStamp`; see [`Timestamp::parse_xsd`].
    fn from_str(text: &str) -> Result<Self, NotATime> {
        Self::parse_xsd(text)
    }
}

impl Date {
    /// The date `days` after 2020-01-01.
    pub fn from_qr_days(days: u16) -> Self {
        let date = QR_EPOCH.plus_seconds(i64::from(days) * 86_400);
        Self(date.civil().date())
    }

    /// Days since 2020-01-01, when there are 0 to 65,535.
    pub fn qr_days(self) -> Option<u16> {
        let days = self.0.to_julian_day() - QR_EPOCH.civil().date().to_julian_day();
        u16::try_from(days).ok()
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The instant this date begins where local time is `offset` ahead of UTC.
    pub fn start_at(self, offset: UtcOffset) -> Timestamp {
        let utc = self.0.midnight().assume_utc().unix_timestamp();
        Timestamp(utc).plus_seconds(-i64::from(offset.0) * 60)
    }
}

impl fmt::Display for Date {
    /// `2026-10-16`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0.year(), u8::from(self.0.month()), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let refuse = || NotATime::new(text, "a date such as 2026-10-16");
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, c)| match i {
                4 | 7 => c == b'-',
                _ => c.is_ascii_digit(),
            });
        if !shape {
            return Err(refuse());
        }
        let part =
            |range: std::ops::Range<usize>| text.get(range).and_then(|t| t.parse::<u16>().ok());
        let (Some(year), Some(month), Some(day)) = (part(0..4), part(5..7), part(8..10)) else {
            return Err(refuse());
        };
        let month = u8::try_from(month)
            .ok()
            .and_then(|m| Month::try_from(m).ok());
        let (Some(month), Ok(day)) = (month, u8::try_from(day)) else {
            return Err(refuse());
        };
        CivilDate::from_calendar_date(i32::from(year), month, day)
            .map(Self)
            .map_err(|_| refuse())
    }
}

impl fmt::Display for UtcOffset {
    /// `+03:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl FromStr for UtcOffset {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let refuse = || NotATime::new(text, "an offset from UTC such as +03:00");
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(refuse()),
        };
        let [hours, minutes] = two_digits(rest.split(':')).ok_or_else(refuse)?;
        let ahead = i16::from(hours) * 60 + i16::from(minutes);
        match minutes < 60 && ahead <= OFFSET_MINUTES_MAX {
            true => Ok(Self(sign * ahead)),
            false => Err(refuse()),
        }
    }
}

/// In a message or a failed test, a time is its text.
macro_rules! debug_as_text {
    ($($name:ty),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}
debug_as_text!(Timestamp, Date, UtcOffset);
crate::text::as_text!(Timestamp, Date, UtcOffset);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_read_every_offset_and_write_utc() {
        for (text, utc) in [
            ("2026-10-16T09:00:00+03:00", "2026-10-16T06:00:00Z"),
            ("2026-10-16T06:00:00Z", "2026-10-16T06:00:00Z"),
            ("2026-10-16T06:00:00.999Z", "2026-10-16T06:00:00Z"),
            ("2026-10-16T06:00:00", "2026-10-16T06:00:00Z"),
            ("2024-02-29T23:59:59-12:00", "2024-03-01T11:59:59Z"),
        ] {
            assert_eq!(
                text.parse::<Timestamp>().unwrap().to_string(),
                utc,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_timestamp_is_refused() {
        for text in [
            "",
            "2026-10-16",
            "2026-10-16 09:00:00Z",
            "2026-10-16t09:00:00z",
            "2026-13-16T09:00:00Z",
            "2026-02-29T09:00:00Z",
            "2026-10-16T24:00:01Z",
            "16/10/2026",
            "2026-10-16T09:00:00+3",
            "2026-10-16T09:00:00+14:01",
            "2026-10-16T09:00:00++3:00",
            "2026-10-16T09:00:00.Z",
            "2026-10-16T09:00:60Z",
            "2026-10-16T9:00:00Z",
            "2026-10-16T09:00:00Zß",
            "0000-01-01T00:00:00+01:00",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_the_organisations_own() {
        let nairobi: UtcOffset = "+03:00".parse().unwrap();
        let late: Timestamp = "2026-10-15T22:30:00Z".parse().unwrap();
        assert_eq!(late.date_at(nairobi).to_string(), "2026-10-16");
        let date: Date = "2026-10-16".parse().unwrap();
        assert_eq!(date.start_at(nairobi).to_string(), "2026-10-15T21:00:00Z");
        assert_eq!(nairobi.to_string(), "+03:00");
    }

    #[test]
    fn qr_days_cover_what_sixteen_bits_hold() {
        assert_eq!("2020-01-01".parse::<Date>().unwrap().qr_days(), Some(0));
        assert_eq!("2019-12-31".parse::<Date>().unwrap().qr_days(), None);
        for days in [0, 1, 59, 60, 2_480, u16::MAX] {
            assert_eq!(Date::from_qr_days(days).qr_days(), Some(days));
        }
        assert_eq!(Date::from_qr_days(u16::MAX).to_string(), "2199-06-06");
    }

    #[test]
    fn dates_refuse_other_spellings() {
        for text in [
            "2026-1-16",
            "2026-10-32",
            "+026-10-16",
            "2026/10/16",
            "2026-10-1६",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in ["+3:00", "03:00", "+15:00", "+03:60", "+0300"] {
            assert!(text.parse::<UtcOffset>().is_err(), "{text}");
        }
    }
}
