//! The rules of a course file, each with the key that breaks it.

use cheti_shared::credential::open_badge::vocabulary::{
    ACHIEVEMENT_TYPES, RESULT_TYPES, STATUS, STATUSES, is_one_of, result_member,
};
use cheti_shared::limits::TEXT_FIELD_BYTES;

use super::super::print_kit::{PrintTable, SIGNATORIES};
use super::{Course, CourseError, Endorsed, Field, FieldCodec};

impl Course {
    /// Every rule, the first that is broken.
    pub(super) fn check(&self) -> Result<(), CourseError> {
        self.check_words()?;
        self.check_number()?;
        self.check_links()?;
        self.check_endorsement()?;
        self.print.as_ref().map_or(Ok(()), PrintTable::check)?;
        if self.kit.is_some() {
            return Err(refuse("kit", "is made of [print]; leave it out"));
        }
        if self
            .valid_years
            .is_some_and(|years| years == 0 || years > 50)
        {
            return Err(refuse("valid_years", "must be 1 to 50"));
        }
        if let Some(partner) = &self.partner {
            check_text(&partner.name, 160).map_err(|what| refuse("partner.name", what))?;
            if !partner.id.starts_with("https://") && !partner.id.starts_with("did:") {
                return Err(refuse("partner.id", "must be a DID or an https URL"));
            }
        }
        self.fields
            .iter()
            .enumerate()
            .try_for_each(|(i, field)| field.check(i))
    }

    fn check_words(&self) -> Result<(), CourseError> {
        let code = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-';
        if !(2..=24).contains(&self.code.len()) || !self.code.bytes().all(code) {
            return Err(refuse(
                "code",
                "must have 2 to 24 capital letters, digits or '-'",
            ));
        }
        let optional = [
            ("level", &self.level, 160),
            ("image_caption", &self.image_caption, 300),
        ];
        let optional = optional
            .into_iter()
            .filter_map(|(key, text, most)| Some((key, text.as_ref()?, most)));
        for (key, text, most) in [
            ("name", &self.name, 160),
            ("description", &self.description, 1_000),
            ("criteria", &self.criteria, 1_000),
        ]
        .into_iter()
        .chain(optional)
        {
            check_text(text, most).map_err(|what| refuse(key, what))?;
        }
        match is_one_of(&ACHIEVEMENT_TYPES, &self.achievement_type) {
            true => Ok(()),
            false => Err(refuse(
                "achievement_type",
                "must be a type of Open Badges 3.0, such as Certificate, Course or Diploma, or ext: and a name",
            )),
        }
    }

    fn check_number(&self) -> Result<(), CourseError> {
        let number = &self.certificate_number;
        let slots =
            number.matches("{serial}").count() == 1 && number.matches("{year}").count() <= 1;
        let rest = number.replacen("{serial}", "", 1).replacen("{year}", "", 1);
        if !slots || !number.contains("{year}") || rest.contains(['{', '}']) || number.len() > 60 {
            return Err(refuse(
                "certificate_number",
                "must hold {year} and {serial}, once each, and at most 60 characters",
            ));
        }
        Ok(())
    }

    fn check_links(&self) -> Result<(), CourseError> {
        for (key, url) in [
            ("criteria_url", &self.criteria_url),
            ("level_url", &self.level_url),
            ("image", &self.image),
        ] {
            if url.as_ref().is_some_and(|url| !is_https(url)) {
                let what = "must be an https URL of at most 500 characters, spaces and such written as %20";
                return Err(refuse(key, what));
            }
        }
        if self.level_url.is_some() && self.level.is_none() {
            return Err(refuse("level_url", "belongs to level"));
        }
        if self.image_caption.is_some() && self.image.is_none() {
            return Err(refuse("image_caption", "belongs to image"));
        }
        Ok(())
    }

    fn check_endorsement(&self) -> Result<(), CourseError> {
        match &self.endorsement {
            None => Ok(()),
            Some(Endorsed::File(name)) => check_file("endorsement", name),
            Some(_) => Err(refuse("endorsement", A_FILE)),
        }
    }
}

const A_FILE: &str = "must be the name of a file in the course file's folder";

fn check_file(key: &str, name: &str) -> Result<(), CourseError> {
    let lies_here = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    match lies_here {
        true => Ok(()),
        false => Err(refuse(key, A_FILE)),
    }
}

impl PrintTable {
    fn check(&self) -> Result<(), CourseError> {
        if self.signatories.len() > SIGNATORIES {
            return Err(refuse(
                "print.signatory",
                "must be given three times at most",
            ));
        }
        let files = [
            ("print.design", &self.design),
            ("print.crest", &self.crest),
            ("print.partner_logo", &self.partner_logo),
        ];
        for (key, file) in files {
            file.as_ref().map_or(Ok(()), |name| check_file(key, name))?;
        }
        for (number, signatory) in (1..).zip(&self.signatories) {
            let key = |word| format!("print.signatory {number}: {word}");
            for (word, text) in [("name", &signatory.name), ("title", &signatory.title)] {
                check_text(text, 80).map_err(|what| refuse(&key(word), what))?;
            }
            let signature = signatory.signature.as_ref();
            signature.map_or(Ok(()), |name| check_file(&key("signature"), name))?;
        }
        Ok(())
    }
}

impl Field {
    fn check(&self, position: usize) -> Result<(), CourseError> {
        let refuse = |key: &str, what| refuse(&format!("field {}: {key}", self.key), what);
        check_text(&self.label, 60).map_err(|what| refuse("label", what))?;
        if !is_one_of(&RESULT_TYPES, &self.result_type) {
            let what = "must be a result type of Open Badges 3.0, such as LetterGrade, Percent or Status, or ext: and a name";
            return Err(refuse("result_type", what));
        }
        let member = result_member(&self.result_type);
        if self.pointer != format!("/credentialSubject/result/{position}/{member}") {
            let what = "must be /credentialSubject/result/N/value, where N counts the file's fields from 0; of result_type Status, /credentialSubject/result/N/status";
            return Err(refuse("pointer", what));
        }
        match (self.codec, self.allowed.is_empty()) {
            (FieldCodec::Enum, true) => {
                return Err(refuse("allowed", "must list the values of an enum"));
            }
            (FieldCodec::Text, false) => {
                return Err(refuse("allowed", "belongs to codec = \"enum\""));
            }
            _ => {}
        }
        for value in &self.allowed {
            check_text(value, TEXT_FIELD_BYTES).map_err(|what| refuse("allowed", what))?;
        }
        let known = |value: &String| STATUSES.contains(&value.as_str());
        if self.result_type == STATUS
            && (self.allowed.is_empty() || !self.allowed.iter().all(known))
        {
            let what = "of a Status must be some of Completed, Enrolled, Failed, InProgress, OnHold, Provisional, Withdrew";
            return Err(refuse("allowed", what));
        }
        match &self.default {
            None if !self.required => Err(refuse(
                "default",
                "is needed when the field is not required",
            )),
            Some(value) if !self.allowed.is_empty() && !self.allowed.contains(value) => {
                Err(refuse("default", "must be one of the allowed values"))
            }
            _ => Ok(()),
        }
    }
}

fn refuse(key: &str, what: &'static str) -> CourseError {
    CourseError::Value {
        key: key.to_owned(),
        what,
    }
}

/// An https URL by its shape, without anything that JSON-LD would not take for one.
fn is_https(url: &str) -> bool {
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '{' | '}' | '<' | '>' | '"' | '\\' | '^' | '`' | '|')
    };
    let rest = url.strip_prefix("https://");
    url.len() <= 500
        && rest
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(odd))
}

fn check_text(text: &str, most: usize) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("must not be empty");
    }
    if text.chars().count() > most {
        return Err("is too long");
    }
    match text.contains(|c: char| c.is_control() || matches!(c, '{' | '}')) {
        true => Err("must hold no braces and no control characters"),
        false => Ok(()),
    }
}
