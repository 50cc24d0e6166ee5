//! The facts on the paper: read from the credential JSON and from nowhere else.

use crate::PrintError;
use krilla::metadata::DateTime;
use serde_json::Value;

/// Everything a design may print, as text ready for the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) valid_from: DateTime,
    name: String,
    course: String,
    issuer: String,
    date: String,
    cohort: String,
    number: String,
    award: Option<String>,
    partner: Option<String>,
    host: String,
}

/// The name of a fact, as a design writes it in braces: `{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    Name,
    Course,
    Issuer,
    Date,
    Cohort,
    Number,
    Award,
    Partner,
    Host,
    Specimen,
}

/// The word that an issuer's name holds when its certificates prove nothing.
const SPECIMEN: &str = "SPECIMEN";

impl Facts {
    /// Reads the facts of a signed credential (Open Badges 3.0, §B.1).
    ///
    /// `host` is the verification address in words. The proofs are not checked here.
    pub(crate) fn read(credential_json: &[u8], host: String) -> Result<Self, PrintError> {
        let value: Value = serde_json::from_slice(credential_json).map_err(PrintError::NotJson)?;
        let credential = Credential(&value);
        Ok(Self {
            id: credential.text("id", "/id")?,
            valid_from: credential.time("start of validity", "/validFrom")?,
            name: credential.text("graduate's name", "/credentialSubject/name")?,
            course: credential.text("course name", "/credentialSubject/achievement/name")?,
            issuer: credential.text("issuer's name", "/issuer/name")?,
            date: credential.date("award date", "/awardedDate")?,
            cohort: credential.text("cohort", "/credentialSubject/term")?,
            number: credential.text("certificate number", "/credentialSubject/licenseNumber")?,
            award: match credential.optional("award", "/credentialSubject/result/0/value")? {
                Some(value) => Some(value),
                None => credential.optional("award", "/credentialSubject/result/0/status")?,
            },
            partner: credential.optional("training partner", "/credentialSubject/source/name")?,
            host,
        })
    }

    /// The text of a fact, or `None` when this credential has no such fact.
    pub(crate) fn text(&self, fact: Fact) -> Option<&str> {
        match fact {
            Fact::Name => Some(&self.name),
            Fact::Course => Some(&self.course),
            Fact::Issuer => Some(&self.issuer),
            Fact::Date => Some(&self.date),
            Fact::Cohort => Some(&self.cohort),
            Fact::Number => Some(&self.number),
            Fact::Award => self.award.as_deref(),
            Fact::Partner => self.partner.as_deref(),
            Fact::Host => Some(&self.host),
            Fact::Specimen => self.issuer.contains(SPECIMEN).then_some(SPECIMEN),
        }
    }
}

impl Fact {
    /// The fact that a design calls `word`.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "name" => Self::Name,
            "course" => Self::Course,
            "issuer" => Self::Issuer,
            "date" => Self::Date,
            "cohort" => Self::Cohort,
            "number" => Self::Number,
            "award" => Self::Award,
            "partner" => Self::Partner,
            "host" => Self::Host,
            "specimen" => Self::Specimen,
            _ => return None,
        })
    }
}

/// A parsed credential, asked by JSON pointer.
struct Credential<'a>(&'a Value);

impl Credential<'_> {
    fn optional(
        &self,
        fact: &'static str,
        pointer: &'static str,
    ) -> Result<Option<String>, PrintError> {
        match self.0.pointer(pointer) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty())),
            Some(_) => Err(PrintError::NotText { fact, pointer }),
        }
    }

    fn text(&self, fact: &'static str, pointer: &'static str) -> Result<String, PrintError> {
        self.optional(fact, pointer)?
            .ok_or(PrintError::MissingFact { fact, pointer })
    }

    /// The calendar date of the organisation: the first ten characters as written, whatever the offset.
    fn date(&self, fact: &'static str, pointer: &'static str) -> Result<String, PrintError> {
        let value = self.text(fact, pointer)?;
        match Moment::parse(&value) {
            Some(moment) => Ok(moment.in_words()),
            None => Err(PrintError::NotATime {
                fact,
                pointer,
                value,
            }),
        }
    }

    fn time(&self, fact: &'static str, pointer: &'static str) -> Result<DateTime, PrintError> {
        let value = self.text(fact, pointer)?;
        match Moment::parse(&value) {
            Some(moment) => Ok(moment.stamp()),
            None => Err(PrintError::NotATime {
                fact,
                pointer,
                value,
            }),
        }
    }
}

/// The fields of an RFC 3339 date and time, as written.
struct Moment {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    offset_hour: i8,
    offset_minute: u8,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let two = |from: usize| digits(text, from, 2).and_then(|n| u8::try_from(n).ok());
        let separators = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
        if !separators
            .iter()
            .all(|&(at, mark)| text.get(at..at + 1) == Some(mark))
        {
            return None;
        }
        let (offset_hour, offset_minute) = offset(text.get(19..)?)?;
        let moment = Self {
            year: digits(text, 0, 4)?,
            month: two(5)?,
            day: two(8)?,
            hour: two(11)?,
            minute: two(14)?,
            second: two(17)?,
            offset_hour,
            offset_minute,
        };
        moment.is_possible().then_some(moment)
    }

    fn is_possible(&self) -> bool {
        let leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let longest = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        (1..=12).contains(&self.month)
            && (1..=longest).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
    }

    /// `16 October 2026`.
    fn in_words(&self) -> String {
        let month = MONTHS[usize::from(self.month - 1)];
        format!("{} {month} {}", self.day, self.year)
    }

    fn stamp(&self) -> DateTime {
        DateTime::new(self.year)
            .month(self.month)
            .day(self.day)
            .hour(self.hour)
            .minute(self.minute)
            .second(self.second.min(59))
            .utc_offset_hour(self.offset_hour)
            .utc_offset_minute(self.offset_minute)
    }
}

fn digits(text: &str, from: usize, count: usize) -> Option<u16> {
    let part = text.get(from..from + count)?;
    let all_digits = part.bytes().all(|b| b.is_ascii_digit());
    if all_digits { part.parse().ok() } else { None }
}

/// The end of an RFC 3339 time: an optional fraction, then `Z` or `+03:00`.
fn offset(text: &str) -> Option<(i8, u8)> {
    let zone = match text.strip_prefix('.') {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => text,
    };
    if zone == "Z" {
        return Some((0, 0));
    }
    if zone.len() != 6 || zone.get(3..4) != Some(":") {
        return None;
    }
    let (hours, minutes) = (digits(zone, 1, 2)?, digits(zone, 4, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let hours = i8::try_from(hours).ok()?;
    let minutes = u8::try_from(minutes).ok()?;
    match zone.get(..1)? {
        "+" => Some((hours, minutes)),
        "-" => Some((-hours, minutes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn read(json: &Value) -> Result<Facts, PrintError> {
        Facts::read(json.to_string().as_bytes(), "v.nc4.example".into())
    }

    #[test]
    fn every_fact_comes_from_its_place() {
        let facts = read(&sample::credential("Wanjikũ Ng'ang'a")).unwrap();
        let table = [
            (Fact::Name, Some("Wanjikũ Ng'ang'a")),
            (Fact::Course, Some("Cybersecurity Incident Response")),
            (Fact::Issuer, Some("National Cyber Training Office")),
            (Fact::Date, Some("16 October 2026")),
            (Fact::Cohort, Some("2026-C")),
            (Fact::Number, Some("NCTO-2026-000123")),
            (Fact::Award, Some("Distinction")),
            (Fact::Partner, Some("Huawei Technologies (Kenya)")),
            (Fact::Host, Some("v.nc4.example")),
            (Fact::Specimen, None),
        ];
        for (fact, text) in table {
            assert_eq!(facts.text(fact), text, "{fact:?}");
        }
    }

    #[test]
    fn a_missing_mandatory_fact_is_named_with_its_pointer() {
        for pointer in [
            "/id",
            "/validFrom",
            "/awardedDate",
            "/issuer/name",
            "/credentialSubject/name",
            "/credentialSubject/term",
            "/credentialSubject/licenseNumber",
            "/credentialSubject/achievement/name",
        ] {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            for absent in [None, Some(Value::Null), Some("  ".into())] {
                let mut json = sample::credential("Amina");
                let object = json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                object.remove(key);
                if let Some(value) = absent {
                    object.insert(key.into(), value);
                }
                match read(&json) {
                    Err(PrintError::MissingFact { pointer: found, .. }) => {
                        assert_eq!(found, pointer);
                    }
                    other => panic!("{pointer}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn an_absent_award_or_partner_is_no_error() {
        let mut json = sample::credential("Amina");
        let subject = json["credentialSubject"].as_object_mut().unwrap();
        subject.remove("result");
        subject.remove("source");
        let facts = read(&json).unwrap();
        assert_eq!(facts.text(Fact::Award), None);
        assert_eq!(facts.text(Fact::Partner), None);
    }

    #[test]
    fn a_number_where_text_belongs_is_refused() {
        let mut json = sample::credential("Amina");
        json["credentialSubject"]["licenseNumber"] = 123.into();
        let error = read(&json).unwrap_err();
        assert!(matches!(
            error,
            PrintError::NotText {
                pointer: "/credentialSubject/licenseNumber",
                ..
            }
        ));
    }

    #[test]
    fn dates_are_the_ones_written() {
        let table = [
            ("2026-10-16T00:00:00+03:00", Some("16 October 2026")),
            ("2024-02-29T23:59:59.123Z", Some("29 February 2024")),
            ("2026-01-01T00:00:00-11:30", Some("1 January 2026")),
            ("2026-02-29T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("2026-10-16", None),
            ("2026-10-16T00:00:00", None),
            ("2026-10-16T00:00:00+3:00", None),
            ("2026-10-16T00:00:00+99:00", None),
            ("2026/10/16T00:00:00Z", None),
            ("+026-10-16T00:00:00Z", None),
            ("２026-10-16T00:00:00Z", None),
        ];
        for (written, printed) in table {
            let mut json = sample::credential("Amina");
            json["awardedDate"] = written.into();
            match (read(&json), printed) {
                (Ok(facts), Some(words)) => assert_eq!(facts.text(Fact::Date), Some(words)),
                (Err(PrintError::NotATime { value, .. }), None) => assert_eq!(value, written),
                (other, _) => panic!("{written}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let error = Facts::read(b"%PDF-1.7", String::new()).unwrap_err();
        assert!(matches!(error, PrintError::NotJson(_)));
    }
}
