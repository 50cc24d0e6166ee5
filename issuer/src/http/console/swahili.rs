//! In Swahili, what the rules of the desk say in English: problems of a roster, and refusals that an officer meets. What is
//! not here is told in English on Swahili pages too, under a line that says so: faults of the installation, for whoever runs
//! it.

mod roster;

pub(super) use roster::{flag, mapping, problem};

use crate::app::error::AppError;
use crate::app::ports::vault::VaultError;
use crate::domain::batch::{BatchError, BatchState};
use crate::domain::certificate::StandingError;
use crate::domain::change::ChangeError;
use crate::domain::draft::DraftError;
use crate::domain::hand_out::HandOutError;
use crate::domain::organisation::OrganisationError;
use crate::domain::role::{BadRoles, Permission, Role};
use crate::domain::statement::StatementError;
use crate::domain::writer::WriterError;

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
        AppError::Name(error) => {
            let (what, advice) = roster::name(error);
            format!("Jina {what}. {advice}")
        }
        AppError::Field { label, error } => {
            let (what, advice) = roster::field(error);
            format!("{label}: {what}. {advice}")
        }
        AppError::NothingCorrected => {
            "Sahihisho halisemi chochote tofauti na kinachosema cheti sasa.".to_owned()
        }
        AppError::TooMany(limit) => {
            format!("Utafutaji unapata vyeti zaidi ya {limit}: chagua kozi, kundi au hali.")
        }
        AppError::Passphrase(key) => format!("Hilo si nenosiri la ufunguo {key}."),
        AppError::NoKey(role) => {
            format!("Hakuna ufunguo wa {} unaotumika: tengeneza mmoja.", purpose(role))
        }
        AppError::OtherKey { id, .. } => format!("Ufunguo uliofunguliwa si {id}."),
        AppError::PlannedForOtherKey { batch, .. } => format!(
            "Ufunguo ulioanza kutolea vyeti vya kundi {batch} umekoma. Vilivyotiwa sahihi hubaki: ingiza orodha ya wahitimu ambao bado hawana cheti."
        ),
        AppError::Organisation(OrganisationError::KeyIsIdentifier) => {
            "Kitambulisho cha taasisi ni ufunguo huo wenyewe (did:key), hivyo hauwezi kufuatwa na mwingine.".to_owned()
        }
        AppError::NumbersUsedUp { course, year } => {
            format!("Nambari za vyeti vya kozi {course} za mwaka {year} zimekwisha.")
        }
        AppError::NotAsSigned { number, .. } => format!(
            "Cheti {number} kilichohifadhiwa si kile kilichotiwa sahihi: kimebadilishwa, hivyo hakitolewi."
        ),
        AppError::KitAltered(_) => {
            "Muundo wa kuchapishia uliohifadhiwa si ule ulioidhinishwa: umebadilishwa, hivyo hakuna kinachochapishwa.".to_owned()
        }
        AppError::NoIndex => {
            "Data hii bado haina faharasa ya wahitimu: msimamizi wa seva aendeshe cheti-issuer registry reindex.".to_owned()
        }
        AppError::JournalReplaced(_) => {
            "Daftari si lile lililochapishwa: limebadilishwa au kukatwa.".to_owned()
        }
        AppError::Password(_) => {
            "Nenosiri hilo ni rahisi kukisia: tumia maneno manne au zaidi yasiyohusiana.".to_owned()
        }
        AppError::Vault(VaultError::Breached) => {
            "Nenosiri hilo liko kwenye orodha ya manenosiri yaliyovuja: chagua jingine, lisilotumika kwingine.".to_owned()
        }
        AppError::Tied { operator } => {
            format!("Mtu huyu kwenye mtoa utambulisho tayari anaingia hapa kama {operator}.")
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
        AppError::DraftRoster(error) => draft(error),
        AppError::Roster(error) => roster::unreadable(error),
        AppError::Erased { number, at } => {
            format!("Cheti {number} kilifutwa {at}; kilichosema hakihifadhiwi tena.")
        }
        AppError::Writer(error) => writer(error).to_owned(),
        _ => return None,
    })
}

fn writer(error: &WriterError) -> &'static str {
    match error {
        WriterError::ReadOnly { .. } => {
            "Nakala hii ya data haiwezi kuandikwa sasa: haki ya kuandika iko kwenye nakala nyingine."
        }
        WriterError::CannotLend { .. } => {
            "Nakala hii haiwezi kukabidhiwa: yenyewe imeazimwa, au haiwezi kuandikwa."
        }
        WriterError::NotThisLoan => {
            "Nakala hizi mbili si za makabidhiano mamoja: hakuna kilichochukuliwa."
        }
        WriterError::WrittenMeanwhile => {
            "Kitu kiliandikwa wakati nakala ikitengenezwa: kabidhi tena."
        }
        WriterError::OtherJournal => {
            "Daftari la nakala hiyo haliendelezi la hapa: hakuna kilichochukuliwa."
        }
    }
}

fn purpose(role: &str) -> &'static str {
    match role {
        "status" => "orodha za hali",
        _ => "kutolea vyeti",
    }
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
        "key" | "signing key" | "API key" => "ufunguo",
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

fn draft(error: &DraftError) -> String {
    match error {
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
        DraftError::Mapping(error) => mapping(error),
    }
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
}
