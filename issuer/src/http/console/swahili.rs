//! In Swahili, what the rules of the desk say in English: problems of a roster, and refusals that an officer meets. What is
//! not here is told in English on Swahili pages too: faults of the installation, for whoever runs it.

use crate::app::error::AppError;
use crate::domain::batch::{BatchError, BatchState};
use crate::domain::certificate::StandingError;
use crate::domain::change::ChangeError;
use crate::domain::draft::DraftError;
use crate::domain::hand_out::HandOutError;
use crate::domain::name::{MAX_NAME_OCTETS, NameError};
use crate::domain::role::{BadRoles, Permission, Role};
use crate::domain::roster::{FieldError, Flag, FlagKind, ProblemKind};
use crate::domain::statement::StatementError;

/// What is wrong with a cell, in a few words, and what to do about it.
pub(super) fn problem(kind: &ProblemKind) -> (String, String) {
    let (what, advice): (&str, &str) = match kind {
        ProblemKind::Name(error) => return name(error),
        ProblemKind::Field(error) => return field(error),
        ProblemKind::NotAStaffNumber => (
            "si nambari ya mfanyakazi",
            "Andika nambari, au acha seli tupu kama haipo.",
        ),
        ProblemKind::SameStaffNumber { line } => {
            let advice = "Watu wawili hawawezi kuwa na nambari moja: sahihisha mojawapo, au futa mstari uliorudiwa.";
            return (format!("imerudiwa kutoka mstari {line}"), advice.to_owned());
        }
        ProblemKind::SameName { line } => {
            let advice = "Kama ni watu wawili, mpe kila mmoja nambari ya mfanyakazi; kama ni mmoja, futa mstari huu.";
            return (
                format!("limerudiwa kutoka mstari {line}"),
                advice.to_owned(),
            );
        }
        ProblemKind::TooFewColumns { found, expected } => {
            let advice = format!(
                "Mstari una safu {found} kati ya {expected}: ongeza zinazokosekana, au futa mstari."
            );
            return ("safu hazitoshi".to_owned(), advice);
        }
        ProblemKind::NoHeading { letter } => {
            let advice = format!(
                "Safu {letter} haina kichwa: hakiki kwamba mstari haujasogea, au ipe safu kichwa."
            );
            return ("thamani isiyo na kichwa".to_owned(), advice);
        }
        ProblemKind::TotalsLine => ("si mhitimu (mstari wa jumla)", "Futa mstari."),
        ProblemKind::HeaderRepeated => ("si mhitimu (vichwa vimerudiwa)", "Futa mstari."),
        ProblemKind::HiddenLine => (
            "mstari uliofichwa",
            "Onyesha mstari (ondoa kichujio) kama mtu huyu anahitimu, au ufute.",
        ),
        ProblemKind::Formula => (
            "fomula badala ya thamani",
            "Nakili safu na uibandike kama thamani, kisha uhifadhi tena.",
        ),
        ProblemKind::SheetError => (
            "kosa la jedwali",
            "Rekebisha fomula iliyo nyuma yake, kisha ubandike thamani.",
        ),
    };
    (what.to_owned(), advice.to_owned())
}

/// What the checker should look at.
pub(super) fn flag(flag: &Flag) -> String {
    let Flag { line, name, kind } = flag;
    let what = match kind {
        FlagKind::SameName { line } => format!(
            "jina sawa na mstari {line}, lenye nambari nyingine ya mfanyakazi. Hakiki kwamba ni watu wawili."
        ),
        FlagKind::LookAlike { line, name } => {
            format!("linafanana na \"{name}\" kwenye mstari {line}. Hakiki kwamba ni watu wawili.")
        }
        FlagKind::OneNameOnly => {
            "ni jina moja tu kati ya la kwanza na la ukoo limejazwa. Hakiki jina.".to_owned()
        }
    };
    format!("mstari {line}, \"{name}\": {what}")
}

fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

fn unseen(character: char) -> String {
    let point = code_point(character);
    format!("Ina {point}, ambayo hakuna anayeweza kuiona. Futa seli na uandike tena.")
}

fn name(error: &NameError) -> (String, String) {
    let (what, advice): (&str, String) = match error {
        NameError::Missing => ("halipo", "Andika jina la mhitimu, au futa mstari.".into()),
        NameError::Formula => (
            "si jina (linafanana na fomula)",
            "Andika jina lenyewe: hakuna jina linaloanza na = + - au @.".into(),
        ),
        NameError::Bidi { character } => ("alama inayogeuza mwelekeo", unseen(*character)),
        NameError::ZeroWidth { character } => ("alama isiyo na upana", unseen(*character)),
        NameError::Unprintable { character } => ("alama isiyochapishika", unseen(*character)),
        NameError::Garbled { meant } => (
            "herufi zilizoharibika",
            format!(
                "Huenda lilikuwa \"{meant}\". Hifadhi orodha tena kama \"CSV UTF-8\" au kitabu (.xlsx), au andika jina tena."
            ),
        ),
        NameError::MixedScripts { script, character } => {
            let what = format!(
                "maandishi mchanganyiko (herufi ya {} katika jina la Kilatini)",
                script.full_name()
            );
            let advice = format!(
                "{} inafanana tu na herufi ya Kilatini. Andika jina tena kwa kibodi ya kawaida.",
                code_point(*character)
            );
            return (what, advice);
        }
        NameError::OtherScript { script } => {
            let what = format!("si herufi za Kilatini ({})", script.full_name());
            let advice = "Andika jina kwa herufi za Kilatini, kama lilivyo kwenye kitambulisho.";
            return (what, advice.to_owned());
        }
        NameError::StrayMarks { .. } => (
            "alama za ziada juu ya herufi",
            "Andika jina tena kwa alama za kawaida tu.".into(),
        ),
        NameError::NoLetter => (
            "si jina (halina herufi)",
            "Andika jina la mhitimu hapa; hakiki kwamba safu hazijasogea.".into(),
        ),
        NameError::Digit { .. } => (
            "tarakimu kwenye jina",
            "Ondoa tarakimu kwenye jina; nambari zina safu yake.".into(),
        ),
        NameError::Character {
            character: '`' | '´' | '"' | '“' | '”',
        } => (
            "alama isiyotumika kwenye majina",
            "Kwa alama ya ung'ong'o andika ' tu.".into(),
        ),
        NameError::Character { character } => (
            "alama isiyotumika kwenye majina",
            format!("Ondoa {character} ({}).", code_point(*character)),
        ),
        NameError::TooLong { octets } => (
            "refu mno",
            format!(
                "Lina baiti {octets}, kikomo ni {MAX_NAME_OCTETS}: lifupishe kwa herufi za mwanzo."
            ),
        ),
    };
    (what.to_owned(), advice)
}

fn field(error: &FieldError) -> (String, String) {
    let (what, advice): (&str, String) = match error {
        FieldError::Missing => ("haipo", "Ijaze: kozi inaihitaji kwa kila mhitimu.".into()),
        FieldError::Unknown { allowed, nearest } => {
            let one_of = format!("Tumia mojawapo: {}.", allowed.join(", "));
            let advice = match nearest {
                None => one_of,
                Some(value) => format!("Ulimaanisha {value}? {one_of}"),
            };
            ("thamani isiyojulikana", advice)
        }
        FieldError::Formula => (
            "inafanana na fomula",
            "Andika thamani yenyewe: isianze na = au @.".into(),
        ),
        FieldError::Unseen { character } => ("alama isiyoonekana", unseen(*character)),
        FieldError::TooLong { octets, limit } => (
            "ndefu mno",
            format!("Ina baiti {octets}, kikomo ni {limit}: ifupishe."),
        ),
    };
    (what.to_owned(), advice)
}

/// Why something was not done, where an officer can meet it.
pub(super) fn refusal(error: &AppError) -> Option<String> {
    Some(match error {
        AppError::NotFound { what, id } => format!("Hakuna {} \"{id}\".", thing(what)?),
        AppError::Exists { what, id } => format!("Tayari kuna {} \"{id}\".", thing(what)?),
        AppError::ClockWentBack { now, last } => format!(
            "Saa inaonyesha {now}, lakini tukio la mwisho la daftari ni la {last}; rekebisha saa kisha ujaribu tena."
        ),
        AppError::TemplateChanged(batch) => format!(
            "Kozi au ufunguo wa kutolea vyeti umebadilika tangu kundi {batch} liingizwe; ingiza orodha tena."
        ),
        AppError::Rows(rows) => format!(
            "Wahitimu {} hawawezi kupewa cheti; hakuna kilichohifadhiwa.",
            rows.len()
        ),
        AppError::NoDuplicate { number, .. } => {
            format!("Cheti {number} hakitumiki; nakala yake haingekuwa na maana.")
        }
        AppError::NotPermitted { operator, needed } => format!(
            "{operator} haruhusiwi kufanya hivi: ni kazi ya {}.",
            roles_of(*needed)
        ),
        AppError::Password(_) => {
            "Nenosiri hilo ni rahisi kukisia: tumia maneno manne au zaidi yasiyohusiana.".to_owned()
        }
        AppError::Roles(BadRoles::None) => "Kila mtu ana angalau jukumu moja.".to_owned(),
        AppError::Roles(BadRoles::AdministratorApproves) => {
            "Msimamizi hawezi pia kuwa mwidhinishaji.".to_owned()
        }
        AppError::Batch(BatchError::State {
            batch,
            state: found,
            ..
        }) => format!("Kundi {batch} {}, hivyo hili haliwezekani sasa.", state(*found)),
        AppError::Batch(BatchError::Digest { batch, .. }) => altered(batch.as_str()),
        AppError::Altered(batch) => altered(batch),
        AppError::Batch(BatchError::Statement(error))
        | AppError::Change(ChangeError::Statement(error)) => statement(error)?,
        AppError::Change(ChangeError::Decided(change)) => {
            format!("Badiliko {change} limeshaamuliwa.")
        }
        AppError::Change(ChangeError::NotConfirmed(change)) => {
            format!("Badiliko {change} halijathibitishwa na mtu wa pili.")
        }
        AppError::Standing(error) => match error {
            StandingError::Ended { number, .. } => {
                format!("Cheti {number} kimekoma; hilo haliwezi kurudishwa.")
            }
            StandingError::Already { number, .. } => {
                format!("Cheti {number} hakiko katika hali inayoruhusu hili.")
            }
            StandingError::NotSuspendable { course } => {
                format!("Vyeti vya kozi {course} vinaweza kubatilishwa, si kusimamishwa.")
            }
            StandingError::NoVersion { number } => {
                format!("Rekodi ya cheti {number} haina toleo lolote.")
            }
        },
        AppError::HandOut(error) => hand_out(error),
        AppError::DraftRoster(error) => draft(error)?,
        AppError::Erased { number, at } => {
            format!("Cheti {number} kilifutwa {at}; kilichosema hakihifadhiwi tena.")
        }
        AppError::Writer(_) => {
            "Nakala hii ya data haiwezi kuandikwa sasa: haki ya kuandika iko kwenye nakala nyingine."
                .to_owned()
        }
        _ => return None,
    })
}

fn altered(batch: &str) -> String {
    format!(
        "Kundi {batch} si lile lililotiwa sahihi na watu wawili: limebadilishwa, hivyo hakuna kinachofanywa nalo."
    )
}

fn thing(what: &str) -> Option<&'static str> {
    Some(match what {
        "certificate" | "credential" => "cheti",
        "batch" => "kundi",
        "change" => "badiliko",
        "operator" => "mtu",
        "draft" => "orodha",
        "course" => "kozi",
        "status list" => "orodha ya hali",
        _ => return None,
    })
}

fn roles_of(needed: Permission) -> String {
    let words = needed.roles().iter().map(|role| match role {
        Role::Registrar => "msajili",
        Role::Approver => "mwidhinishaji",
        Role::Auditor => "mkaguzi",
        Role::Administrator => "msimamizi",
    });
    words.collect::<Vec<_>>().join(" au ")
}

fn state(state: BatchState) -> &'static str {
    match state {
        BatchState::Imported => "limeandaliwa",
        BatchState::Submitted => "limewasilishwa",
        BatchState::Approved => "limeidhinishwa",
        BatchState::Rejected => "limekataliwa",
        BatchState::Issuing => "linatolewa",
        BatchState::Issued => "limeshatolewa",
    }
}

fn statement(error: &StatementError) -> Option<String> {
    Some(match error {
        StatementError::SamePerson { operator } => format!(
            "{operator} hawezi kufanya yote mawili: mtu mwingine lazima akague alichoandaa {operator}."
        ),
        StatementError::NotActive { operator, at } => {
            format!("{operator} hakuwa na ruhusa {at}.")
        }
        StatementError::Signature { .. }
        | StatementError::Malformed
        | StatementError::Other { .. } => return None,
    })
}

fn hand_out(error: &HandOutError) -> String {
    match error {
        HandOutError::Already { number, at, by } => format!(
            "Cheti {number} kilishakabidhiwa {at} na {by}; liondoe kwanza kama lilikuwa kosa."
        ),
        HandOutError::NotHandedOut { number } => {
            format!("Cheti {number} hakijakabidhiwa, hivyo hakuna cha kuondoa.")
        }
        HandOutError::DoesNotHold { number, .. } => {
            format!("Cheti {number} hakitumiki; usikikabidhi.")
        }
        HandOutError::OldPaper { number, current } => {
            format!(
                "Karatasi hii ya cheti {number} imechukuliwa nafasi na toleo {current}; kabidhi hilo."
            )
        }
        HandOutError::OtherBatch { number, batch } => {
            format!("Cheti {number} ni cha kundi {batch}, si hili; hakikuandikwa.")
        }
        HandOutError::NotBegun { batch, from } => {
            format!("Sherehe ya kundi {batch} inaanza {from}; haiwezi kufungwa kabla.")
        }
        HandOutError::Closed { batch, at } => format!("Sherehe ya kundi {batch} ilifungwa {at}."),
        HandOutError::NotANoShow { number, .. } => {
            format!("Cheti {number} hakiwezi kuondolewa kama kisichochukuliwa.")
        }
    }
}

fn draft(error: &DraftError) -> Option<String> {
    Some(match error {
        DraftError::NotAnId(text) => format!("Hakuna orodha \"{text}\"."),
        DraftError::TooMany => {
            "Orodha nyingi mno zinasubiri: ingiza au futa baadhi kwanza.".to_owned()
        }
        DraftError::NoLine { line } => format!("Orodha haina mstari {line}."),
        DraftError::NoColumn {
            line,
            column,
            width,
        } => format!("Mstari {line} hauna safu {column}: jedwali lina {width}."),
        DraftError::TooLong { octets } => {
            format!("Maandishi yana baiti {octets}, zaidi ya seli inavyoweza kubeba: yafupishe.")
        }
        DraftError::Header { line } => {
            format!("Mstari {line} ni wa vichwa: hauwezi kuondolewa.")
        }
        DraftError::Problems { problems } => {
            format!("Orodha ina matatizo {problems}: rekebisha kila moja, au ondoa mstari wake.")
        }
        DraftError::Mapping(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_what_they_are_about() {
        let by = "jane".parse().unwrap();
        let refused = AppError::Change(ChangeError::Statement(StatementError::SamePerson {
            operator: by,
        }));
        let told = refusal(&refused).unwrap();
        assert!(
            told.contains("jane") && told.contains("mtu mwingine"),
            "{told}"
        );
        let fault = AppError::SelfCheck;
        assert_eq!(refusal(&fault), None, "for whoever runs it");
    }

    #[test]
    fn problems_say_what_to_do() {
        let allowed = vec!["Pass".to_owned(), "Credit".to_owned()];
        let nearest = Some("Pass".to_owned());
        let kind = ProblemKind::Field(FieldError::Unknown { allowed, nearest });
        let (what, advice) = problem(&kind);
        assert_eq!(what, "thamani isiyojulikana");
        assert_eq!(advice, "Ulimaanisha Pass? Tumia mojawapo: Pass, Credit.");
        let (_, advice) = problem(&ProblemKind::Name(NameError::Digit { character: '7' }));
        assert!(advice.contains("tarakimu"), "{advice}");
    }
}
