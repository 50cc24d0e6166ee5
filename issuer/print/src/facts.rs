//! What a design may print: the facts of the credential, read from it and from nowhere else, and the words of the kit.

use crate::PrintError;
use crate::design::Tongue;
use crate::kit::Signatory;
use krilla::metadata::DateTime;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

/// The facts of a signed credential, as text ready for the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) valid_from: DateTime,
    /// SHA-256 of the credential's octets.
    pub(crate) digest: [u8; 32],
    name: String,
    course: String,
    issuer: String,
    date: Date,
    expires: Option<Date>,
    cohort: String,
    pub(crate) number: String,
    award: Option<String>,
    partner: Option<String>,
    host: String,
}

/// What a design names in braces or as `data-field`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Name,
    Course,
    Issuer,
    Date,
    /// The date in Swahili, whatever the language of the words around it.
    DateInSwahili,
    Expires,
    Cohort,
    Number,
    Award,
    Partner,
    Host,
    Digest,
    Microtext,
    Specimen,
    Duplicate,
    /// The name of the signatory of this number, from 0.
    Signatory(usize),
    /// The office of the signatory of this number, from 0.
    Office(usize),
    /// There are exactly so many signatories; it holds no text.
    Signatories(usize),
    /// There is a crest; it holds no text.
    Crest,
    /// There is a partner's logo; it holds no text.
    PartnerLogo,
}

/// What a group of a design hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) field: Field,
    /// Whether the field must have a value, or must have none.
    pub(crate) present: bool,
}

/// The word that an issuer's name holds when its certificates prove nothing.
const SPECIMEN: &str = "SPECIMEN";
/// Octets of the credential's digest that are printed.
const SHOWN_DIGEST: usize = 8;

const MONTHS: [[&str; 2]; 12] = [
    ["January", "Januari"],
    ["February", "Februari"],
    ["March", "Machi"],
    ["April", "Aprili"],
    ["May", "Mei"],
    ["June", "Juni"],
    ["July", "Julai"],
    ["August", "Agosti"],
    ["September", "Septemba"],
    ["October", "Oktoba"],
    ["November", "Novemba"],
    ["December", "Desemba"],
];

impl Facts {
    /// Reads the facts of a signed credential (Open Badges 3.0, §B.1).
    ///
    /// `host` is the verification address in words. The proofs are not checked here.
    pub(crate) fn read(credential_json: &[u8], host: String) -> Result<Self, PrintError> {
        let value: Value = serde_json::from_slice(credential_json).map_err(PrintError::NotJson)?;
        let credential = Credential(&value);
        let awarded = credential.time("award date", "/awardedDate")?;
        let expires = credential.optional("end of validity", "/validUntil")?;
        let expires = expires.map(|_| credential.time("end of validity", "/validUntil"));
        Ok(Self {
            id: credential.text("id", "/id")?,
            valid_from: stamp(credential.time("start of validity", "/validFrom")?),
            digest: Sha256::digest(credential_json).into(),
            name: credential.text("graduate's name", "/credentialSubject/name")?,
            course: credential.text("course name", "/credentialSubject/achievement/name")?,
            issuer: credential.text("issuer's name", "/issuer/name")?,
            // The calendar dates are the organisation's, whose offset the award date has.
            date: awarded.date(),
            expires: expires
                .transpose()?
                .map(|end| end.to_offset(awarded.offset()).date()),
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

    /// The same facts of somebody else, to try what fits.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self.clone()
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn course(&self) -> &str {
        &self.course
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn partner(&self) -> Option<&str> {
        self.partner.as_deref()
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The first octets of the credential's digest, `1f3a 90c2 ...`.
    fn shown_digest(&self) -> String {
        let mut shown = String::new();
        for (at, octet) in self.digest.iter().take(SHOWN_DIGEST).enumerate() {
            let space = if at > 0 && at % 2 == 0 { " " } else { "" };
            let _ = write!(shown, "{space}{octet:02x}");
        }
        shown
    }
}

/// Everything that a page can say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) signatories: &'a [Signatory],
    pub(crate) has_crest: bool,
    pub(crate) has_partner_logo: bool,
    /// The day of a further print.
    pub(crate) reprinted: Option<Date>,
}

impl Values<'_> {
    /// The text of a field, or `None` where there is none.
    pub(crate) fn text(&self, field: Field, tongue: Tongue) -> Option<String> {
        let facts = self.facts;
        let there = |is: bool| is.then(String::new);
        Some(match field {
            Field::Name => facts.name.clone(),
            Field::Course => facts.course.clone(),
            Field::Issuer => facts.issuer.clone(),
            Field::Date => in_words(facts.date, tongue),
            Field::DateInSwahili => in_words(facts.date, Tongue::Swahili),
            Field::Expires => in_words(facts.expires?, tongue),
            Field::Cohort => facts.cohort.clone(),
            Field::Number => facts.number.clone(),
            Field::Award => facts.award.clone()?,
            Field::Partner => facts.partner.clone()?,
            Field::Host => facts.host.clone(),
            Field::Digest => facts.shown_digest(),
            Field::Microtext => {
                let (name, number, digest) = (&facts.name, &facts.number, facts.shown_digest());
                format!("{name} · {number} · {digest} · ")
            }
            Field::Specimen => facts
                .issuer
                .contains(SPECIMEN)
                .then(|| SPECIMEN.to_owned())?,
            Field::Duplicate => {
                let day = in_words(self.reprinted?, tongue);
                match tongue {
                    Tongue::English => format!("Duplicate, printed on {day}"),
                    Tongue::Swahili => format!("Nakala, imechapishwa tarehe {day}"),
                }
            }
            Field::Signatory(at) => self.signatories.get(at)?.name.clone(),
            Field::Office(at) => self.signatories.get(at)?.title.clone(),
            Field::Signatories(count) => there(self.signatories.len() == count)?,
            Field::Crest => there(self.has_crest)?,
            Field::PartnerLogo => there(self.has_partner_logo)?,
        })
    }

    /// Whether all of these hold.
    pub(crate) fn meet(&self, conditions: &[Condition]) -> bool {
        let holds = |condition: &Condition| {
            self.text(condition.field, Tongue::English).is_some() == condition.present
        };
        conditions.iter().all(holds)
    }
}

impl Field {
    /// The field that a design calls `word`.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "name" => Self::Name,
            "course" => Self::Course,
            "issuer" => Self::Issuer,
            "date" => Self::Date,
            "date-sw" => Self::DateInSwahili,
            "expires" => Self::Expires,
            "cohort" => Self::Cohort,
            "number" => Self::Number,
            "award" => Self::Award,
            "partner" => Self::Partner,
            "host" => Self::Host,
            "digest" => Self::Digest,
            "microtext" => Self::Microtext,
            "specimen" => Self::Specimen,
            "duplicate" => Self::Duplicate,
            "signatory-1" => Self::Signatory(0),
            "signatory-2" => Self::Signatory(1),
            "signatory-3" => Self::Signatory(2),
            "signatory-1-title" => Self::Office(0),
            "signatory-2-title" => Self::Office(1),
            "signatory-3-title" => Self::Office(2),
            "signatories-0" => Self::Signatories(0),
            "signatories-1" => Self::Signatories(1),
            "signatories-2" => Self::Signatories(2),
            "signatories-3" => Self::Signatories(3),
            "crest" => Self::Crest,
            "partner-logo" => Self::PartnerLogo,
            _ => return None,
        })
    }
}

/// `16 October 2026`, `16 Oktoba 2026`.
pub(crate) fn in_words(date: Date, tongue: Tongue) -> String {
    let [english, swahili] = MONTHS[usize::from(u8::from(date.month()) - 1)];
    let month = match tongue {
        Tongue::English => english,
        Tongue::Swahili => swahili,
    };
    format!("{} {month} {}", date.day(), date.year())
}

/// The day of a text `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<Date> {
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
        return None;
    };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn stamp(time: OffsetDateTime) -> DateTime {
    let (hours, minutes, _) = time.offset().as_hms();
    DateTime::new(u16::try_from(time.year()).unwrap_or_default())
        .month(time.month().into())
        .day(time.day())
        .hour(time.hour())
        .minute(time.minute())
        .second(time.second())
        .utc_offset_hour(hours)
        .utc_offset_minute(minutes.unsigned_abs())
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

    fn time(
        &self,
        fact: &'static str,
        pointer: &'static str,
    ) -> Result<OffsetDateTime, PrintError> {
        let value = self.text(fact, pointer)?;
        OffsetDateTime::parse(&value, &Rfc3339).map_err(|_| PrintError::NotATime {
            fact,
            pointer,
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn read(json: &Value) -> Result<Facts, PrintError> {
        Facts::read(json.to_string().as_bytes(), "v.nc4.example".into())
    }

    fn said(facts: &Facts, field: Field, tongue: Tongue) -> Option<String> {
        let values = Values {
            facts,
            signatories: &[],
            has_crest: false,
            has_partner_logo: false,
            reprinted: day("2027-01-05"),
        };
        values.text(field, tongue)
    }

    #[test]
    fn every_fact_comes_from_its_place() {
        let mut json = sample::credential("Wanjikũ Ng'ang'a");
        json["validUntil"] = "2029-10-15T21:00:00Z".into();
        let facts = read(&json).unwrap();
        let table = [
            (Field::Name, Some("Wanjikũ Ng'ang'a")),
            (Field::Course, Some("Cybersecurity Incident Response")),
            (Field::Issuer, Some("National Cyber Training Office")),
            (Field::Date, Some("16 October 2026")),
            (Field::Expires, Some("16 October 2029")),
            (Field::Cohort, Some("2026-C")),
            (Field::Number, Some("NCTO-2026-000123")),
            (Field::Award, Some("Distinction")),
            (Field::Partner, Some("Huawei Technologies (Kenya)")),
            (Field::Host, Some("v.nc4.example")),
            (
                Field::Duplicate,
                Some("Duplicate, printed on 5 January 2027"),
            ),
            (Field::Specimen, None),
            (Field::Signatory(0), None),
            (Field::Signatories(0), Some("")),
            (Field::Crest, None),
        ];
        for (field, text) in table {
            let found = said(&facts, field, Tongue::English);
            assert_eq!(found.as_deref(), text, "{field:?}");
        }
        let date = said(&facts, Field::Date, Tongue::Swahili);
        assert_eq!(date.as_deref(), Some("16 Oktoba 2026"));
        let digest = said(&facts, Field::Digest, Tongue::English).unwrap();
        assert_eq!(digest.len(), 19, "{digest}");
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
        assert_eq!(said(&facts, Field::Award, Tongue::English), None);
        assert_eq!(said(&facts, Field::Partner, Tongue::English), None);
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
                (Ok(facts), Some(words)) => {
                    let date = said(&facts, Field::Date, Tongue::English);
                    assert_eq!(date.as_deref(), Some(words));
                }
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
