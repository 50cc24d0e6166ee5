//! What is said of a roster.

use crate::domain::name::{MAX_NAME_OCTETS, NameError};
use crate::domain::roster::{
    FieldError, Flag, FlagKind, Limit, MappingError, ProblemKind, ReadError, Role, RosterError,
    Stranger, quoted,
};

/// What is wrong with a cell, in a few words, and what to do about it.
pub(in crate::http::console) fn problem(kind: &ProblemKind) -> (String, String) {
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
pub(in crate::http::console) fn flag(flag: &Flag) -> String {
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

pub(super) fn name(error: &NameError) -> (String, String) {
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

pub(super) fn field(error: &FieldError) -> (String, String) {
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

/// Why the columns cannot be told apart.
pub(in crate::http::console) fn mapping(error: &MappingError) -> String {
    match error {
        MappingError::NoLines => "Jedwali ni tupu.".to_owned(),
        MappingError::NoNameColumn { line, headings } => format!(
            "Hakuna safu ya jina iliyopatikana; mstari {line} una {}. Chagua ni safu ipi.",
            quoted(headings)
        ),
        MappingError::NoFieldColumn {
            label,
            line,
            headings,
            ..
        } => format!(
            "Kozi inahitaji \"{label}\", na vichwa vya mstari {line} havina safu hiyo, ni {} tu. Chagua ni safu ipi.",
            quoted(headings)
        ),
        MappingError::Ambiguous {
            role,
            line,
            headings,
        } => format!(
            "Mstari {line} una safu zaidi ya moja za {}: {}. Chagua moja.",
            meaning(role),
            quoted(headings)
        ),
        MappingError::NoSuchHeading {
            heading,
            line,
            headings,
        } => format!(
            "Vichwa vya mstari {line} havina \"{heading}\". Vilivyopo: {}.",
            quoted(headings)
        ),
        MappingError::SameHeading {
            heading,
            columns,
            line,
        } => format!(
            "Mstari {line} una safu {columns} zenye kichwa \"{heading}\". Ipe kila moja kichwa chake."
        ),
        MappingError::NoSuchRole { word, roles } => {
            format!("Safu haiwezi kuwa \"{word}\", bali {}.", quoted(roles))
        }
        MappingError::MapTwice { first, second } => {
            format!("\"{first}\" na \"{second}\" zimechaguliwa kwa kitu kimoja: acha mojawapo.")
        }
    }
}

fn meaning(role: &Role) -> &str {
    match role {
        Role::Name => "jina",
        Role::Surname => "jina la ukoo",
        Role::FirstName => "jina la kwanza",
        Role::OtherNames => "majina mengine",
        Role::StaffNumber => "nambari ya mfanyakazi",
        Role::Extra(key) => key,
        Role::Ignored => "zisizosomwa",
    }
}

/// Why a file gives no roster.
pub(super) fn unreadable(error: &RosterError) -> String {
    match error {
        RosterError::Read(error) => read(error),
        RosterError::Mapping(error) => mapping(error),
        RosterError::NoSuchSheet { wanted, names } => format!(
            "Faili hili halina jedwali \"{wanted}\". Yaliyopo: {}.",
            quoted(names)
        ),
        RosterError::WhichSheet { names } => format!(
            "Kitabu kina majedwali kadhaa: taja lenye wahitimu, mojawapo ya {}.",
            quoted(names)
        ),
        RosterError::NoRows { header_line } => {
            format!("Hakuna wahitimu chini ya vichwa vya mstari {header_line}.")
        }
    }
}

fn read(error: &ReadError) -> String {
    match error {
        ReadError::Empty => {
            "Faili ni tupu: chagua orodha tena, na uhakikishe kwamba ilihifadhiwa.".to_owned()
        }
        ReadError::NotASpreadsheet { stranger } => {
            let (what, advice) = not_a_roster(*stranger);
            format!("Hii ni {what}, si orodha. {advice}")
        }
        ReadError::OverLimit { limit, max } => format!(
            "Faili lina zaidi ya {} {max}, ambacho ni kikomo. Ligawe, au futa kisicho sehemu ya orodha.",
            too_much(*limit)
        ),
        ReadError::BadText { encoding, line } => format!(
            "Mstari {line} si maandishi ya {encoding}. Hifadhi orodha tena kama \"CSV UTF-8\" au kitabu (.xlsx)."
        ),
        ReadError::OpenQuote { line } => {
            format!("Alama ya nukuu kwenye mstari {line} haijafungwa: ifunge, au uifute.")
        }
        ReadError::Damaged { .. } => {
            "Kitabu kimeharibika. Kifungue kwenye programu ya majedwali na ukihifadhi tena."
                .to_owned()
        }
    }
}

fn not_a_roster(stranger: Stranger) -> (&'static str, &'static str) {
    const SAVE_AGAIN: &str =
        "Lifungue kwenye programu ya majedwali na ulihifadhi kama kitabu (.xlsx) au \"CSV UTF-8\".";
    const ORIGINAL: &str = "Omba jedwali lililotumika kuitengeneza.";
    const COPY: &str =
        "Nakili jedwali kwenye programu ya majedwali na ulihifadhi kama kitabu (.xlsx).";
    match stranger {
        Stranger::Pdf => ("hati ya PDF", ORIGINAL),
        Stranger::Picture => ("picha", ORIGINAL),
        Stranger::OldExcel => ("kitabu cha zamani cha Excel (.xls)", SAVE_AGAIN),
        Stranger::Protected => (
            "faili lililolindwa kwa nenosiri",
            "Lifungue kwa nenosiri lake, ondoa nenosiri, kisha ulihifadhi tena.",
        ),
        Stranger::OldOffice => ("hati ya zamani ya Office", COPY),
        Stranger::Xlsb => ("kitabu cha Excel cha aina ya .xlsb", SAVE_AGAIN),
        Stranger::OpenDocument => ("faili la OpenDocument (.ods)", SAVE_AGAIN),
        Stranger::Word => ("hati ya Word", COPY),
        Stranger::Archive => (
            "faili la ZIP",
            "Lifungue na uchague jedwali lililomo ndani.",
        ),
        Stranger::Html => ("ukurasa wa wavuti, hata jina likisema vingine", SAVE_AGAIN),
        Stranger::Xml => ("faili la XML", SAVE_AGAIN),
        Stranger::RichText => ("hati ya maandishi (.rtf)", COPY),
        Stranger::Binary => (
            "faili lisilo la maandishi",
            "Chagua orodha iliyohifadhiwa kama kitabu (.xlsx) au CSV.",
        ),
    }
}

fn too_much(limit: Limit) -> &'static str {
    match limit {
        Limit::FileOctets => "baiti",
        Limit::UnzippedOctets => "baiti za kitabu kilichofunguliwa",
        Limit::Parts => "sehemu za kitabu",
        Limit::Sheets => "majedwali ya kitabu",
        Limit::Lines => "mistari",
        Limit::Columns => "safu",
        Limit::Cells => "seli",
        Limit::CellCharacters => "herufi katika seli moja",
        Limit::TextOctets => "baiti za maandishi",
        Limit::Strings => "maandishi ya pamoja ya kitabu",
        Limit::Styles => "mitindo ya seli",
        Limit::XmlOctets => "baiti katika kipande kimoja cha kitabu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_cannot_be_read_says_what_to_do() {
        let stranger = Stranger::Pdf;
        let told = unreadable(&RosterError::Read(ReadError::NotASpreadsheet { stranger }));
        assert_eq!(
            told,
            "Hii ni hati ya PDF, si orodha. Omba jedwali lililotumika kuitengeneza."
        );
        let headings = vec!["Jina".to_owned(), "Mhitimu".to_owned()];
        let told = mapping(&MappingError::Ambiguous {
            role: Role::Name,
            line: 3,
            headings,
        });
        assert!(told.contains("za jina: \"Jina\", \"Mhitimu\""), "{told}");
    }
}
