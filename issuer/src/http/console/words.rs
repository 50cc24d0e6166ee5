//! The console's words in English and Swahili. A word that lacks one of the two does not compile.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

use super::gate::cookie;

/// Where a chosen language is remembered.
pub(super) const COOKIE: &str = "cheti-language";

/// A language of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    English,
    /// Swahili.
    Swahili,
}

impl Language {
    /// The language that somebody chose, or else the first of the browser's that the console has.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        if let Some(chosen) = cookie(headers, COOKIE) {
            return Self::named(chosen);
        }
        let accepted = headers.get(ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let mut tags = accepted.unwrap_or_default().split(',');
        let known = tags.find_map(|tag| match tag.trim().get(..2) {
            Some("sw") => Some(Self::Swahili),
            Some("en") => Some(Self::English),
            _ => None,
        });
        known.unwrap_or(Self::English)
    }

    /// The language of a code; English for any other.
    pub(super) fn named(code: &str) -> Self {
        match code {
            "sw" => Self::Swahili,
            _ => Self::English,
        }
    }

    /// Its code (BCP 47).
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swahili => "sw",
        }
    }

    /// Its words.
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Swahili => &SWAHILI,
        }
    }
}

macro_rules! words {
    ($($name:ident: $english:literal, $swahili:literal;)*) => {
        /// Every word of the console in one language.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $name: &'static str,)*
        }

        static ENGLISH: Words = Words { $($name: $english,)* };
        static SWAHILI: Words = Words { $($name: $swahili,)* };

        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $swahili),)*];
    };
}

#[rustfmt::skip]
words! {
    skip: "Skip to the content", "Ruka hadi kwenye yaliyomo";
    language: "Language", "Lugha";
    menu: "Menu", "Menyu";
    home: "Home", "Mwanzo";
    rosters: "New cohorts", "Makundi mapya";
    batches: "Cohorts", "Makundi";
    batch: "The cohort", "Kundi";
    certificates: "Certificates", "Vyeti";
    changes: "Changes", "Mabadiliko";
    figures: "Figures", "Takwimu";
    journal: "Journal", "Daftari";
    operators: "People", "Watu";
    sign_in: "Sign in", "Ingia";
    sign_out: "Sign out", "Toka";
    sign_out_everywhere: "Sign out everywhere", "Toka kwenye vifaa vyote";
    back: "Back", "Rudi";
    go_on: "Continue", "Endelea";
    phones: "Telephones and tablets", "Simu na kompyuta bapa";
    phones_help: "This desk is served with a certificate of its own. Each telephone must be told once to trust it.", "Dawati hili linatumia cheti chake cha usalama. Kila simu lazima iambiwe mara moja kukiamini.";
    phones_none: "This desk has no certificate of its own. Make one at the server: cheti-issuer local-tls --host NAME", "Dawati hili halina cheti chake cha usalama. Tengeneza kimoja kwenye seva: cheti-issuer local-tls --host NAME";
    phones_step_1: "On the telephone, join the network of this desk and scan this code; or open the address below it.", "Kwenye simu, jiunge na mtandao wa dawati hili kisha skani msimbo huu; au fungua anwani iliyo chini yake.";
    phones_step_2: "Install what it downloads: Android, Settings, Security, Install a certificate, CA certificate. iPhone, Settings, Profile downloaded, then General, About, Certificate Trust Settings.", "Sakinisha kinachopakuliwa: Android, Settings, Security, Install a certificate, CA certificate. iPhone, Settings, Profile downloaded, kisha General, About, Certificate Trust Settings.";
    phones_step_3: "Before you accept, compare the fingerprint (SHA-256) with this one. If one digit differs, stop: somebody is in between.", "Kabla ya kukubali, linganisha alama (SHA-256) na hii. Tarakimu moja ikitofautiana, acha: kuna mtu katikati.";
    next: "Next", "Inayofuata";
    previous: "Previous", "Iliyotangulia";
    older: "Older", "Za zamani zaidi";
    all: "All", "Zote";
    by: "By", "Na";
    when: "When", "Lini";
    action: "Action", "Kitendo";
    about: "About", "Kuhusu";
    details: "Details", "Maelezo";
    since: "Since", "Tangu";
    month: "Month", "Mwezi";
    number: "Number", "Nambari";
    reason: "Reason", "Sababu";
    note: "Note", "Maelezo ya sababu";
    note_help: "Why, and what shows it: a letter, an identity card. Stays with us.", "Kwa nini, na ushahidi gani: barua, kitambulisho. Hubaki kwetu.";
    preview: "Look at it", "Tazama";
    preview_of: "How it prints:", "Jinsi kinavyochapishwa:";
    filter: "Filter", "Chuja";
    search: "Search", "Tafuta";
    search_label: "Name, staff number or certificate number", "Jina, nambari ya mfanyakazi au nambari ya cheti";

    operator_name: "Your short name", "Jina lako fupi";
    password: "Password", "Nenosiri";
    sign_in_help: "The password is the one of your own signing key. Nobody else has it, and nobody can send you a new one.", "Nenosiri ni la ufunguo wako mwenyewe wa kutia sahihi. Hakuna mwingine aliye nalo, wala hakuna anayeweza kukutumia jipya.";
    sign_in_failed: "That did not work.", "Haikufaulu.";
    sign_in_failed_help: "The name or the password is wrong. Check both and try again.", "Jina au nenosiri si sahihi. Hakiki yote mawili kisha ujaribu tena.";
    wait_minutes: "Too many tries. Wait this many minutes:", "Umejaribu mara nyingi mno. Subiri dakika hizi:";
    account: "Your account", "Akaunti yako";
    change_password: "Change the password", "Badilisha nenosiri";
    change_password_help: "It is the password of your signing key too. You sign in anew with it, everywhere.", "Ni nenosiri la ufunguo wako wa kutia sahihi pia. Utaingia upya kwa nenosiri hilo, kila mahali.";
    password_now: "The password you have now", "Nenosiri ulilo nalo sasa";
    own_new_password: "The new password", "Nenosiri jipya";
    password_wrong: "The password you have now is not that one.", "Nenosiri ulilo nalo sasa silo hilo.";
    recovery_left: "Recovery codes left", "Misimbo ya akiba iliyobaki";
    fingerprint: "Fingerprint of your key", "Alama ya ufunguo wako";
    code_title: "The code of your telephone", "Msimbo wa simu yako";
    code_of_telephone: "Six digits from your telephone", "Tarakimu sita kutoka kwenye simu yako";
    code_help: "Open the authenticator on your telephone and type the six digits it shows. If the telephone is lost, type one of your recovery codes.", "Fungua programu ya uthibitishaji kwenye simu yako na uandike tarakimu sita inazoonyesha. Simu ikipotea, andika mmoja wa misimbo yako ya akiba.";
    wrong_code: "The code is not right.", "Msimbo si sahihi.";
    wrong_code_help: "Each code counts once and for half a minute. Wait for the next one; check that your telephone's clock is right.", "Kila msimbo hutumika mara moja na kwa nusu dakika. Subiri unaofuata; hakiki kwamba saa ya simu yako iko sawa.";
    enrol_title: "Enrol your telephone", "Sajili simu yako";
    enrol_why: "From now on you sign in with your password and with a code that only your telephone can make.", "Kuanzia sasa utaingia kwa nenosiri lako pamoja na msimbo ambao simu yako pekee inaweza kuutengeneza.";
    enrol_step_1: "Install an authenticator on your telephone, such as FreeOTP, Aegis or Google Authenticator.", "Weka programu ya uthibitishaji kwenye simu yako, kama FreeOTP, Aegis au Google Authenticator.";
    enrol_step_2: "Scan this code with it.", "Skani msimbo huu kwa programu hiyo.";
    enrol_step_3: "Type the six digits that it now shows.", "Andika tarakimu sita ambazo sasa inaonyesha.";
    enrol_picture: "A code for the authenticator; the text for typing it stands below", "Msimbo wa programu ya uthibitishaji; maandishi ya kuuandika yako hapa chini";
    enrol_typed: "Cannot scan? Type this instead", "Huwezi kuskani? Andika hii badala yake";
    provider_or: "Or, to look only:", "Au, kuangalia tu:";
    provider_sign_in: "Sign in by", "Ingia kupitia";
    provider_done: "You are recognised. If nothing happens, continue.", "Umetambuliwa. Kama hakuna kinachotokea, endelea.";
    provider_silent: "The identity provider cannot be asked now. Sign in with your password.", "Mtoa utambulisho haulizwi kwa sasa. Ingia kwa nenosiri lako.";
    provider_refused: "The identity provider did not sign you in. Try again, or sign in with your password.", "Mtoa utambulisho hakukuingiza. Jaribu tena, au ingia kwa nenosiri lako.";
    provider_unknown: "Nobody here is tied to that person. Sign in with your password, then tie the two on the page of your account.", "Hakuna aliyeunganishwa hapa na mtu huyo. Ingia kwa nenosiri lako, kisha unganisha kwenye ukurasa wa akaunti yako.";
    provider_help: "Signed in by it you may look. To prepare, approve or hand out, your own password and code are needed all the same.", "Ukiingia kupitia kwake unaweza kuangalia. Kuandaa, kuidhinisha au kukabidhi bado kunahitaji nenosiri na msimbo wako.";
    provider_tie: "Tie it to this account", "Unganisha na akaunti hii";
    provider_tied: "It is tied to this account.", "Imeunganishwa na akaunti hii.";
    provider_untie: "Untie it", "Tenganisha";
    only_looks: "You may look, and do nothing yet.", "Unaweza kuangalia, si kufanya jambo bado.";
    only_looks_help: "To do anything, open your own key with password and code.", "Kufanya jambo lolote, fungua ufunguo wako kwa nenosiri na msimbo.";
    open_key: "Open your key", "Fungua ufunguo wako";
    lent_help: "Nothing can be done here now: another copy of this data is the one that is written.", "Hakuna kinachoweza kufanywa hapa sasa: nakala nyingine ya data hii ndiyo inayoandikwa.";
    recovery_title: "Your recovery codes", "Misimbo yako ya akiba";
    recovery_help: "Print or write them down now, and keep them away from your telephone. Each replaces the telephone once. They are not shown again.", "Ichapishe au iandike sasa, na uiweke mbali na simu yako. Kila mmoja hutumika mara moja badala ya simu. Haitaonyeshwa tena.";
    recovery_kept: "I have kept them", "Nimeihifadhi";
    signed_out: "You are signed out.", "Umetolewa.";
    signed_out_help: "Nothing was changed. Sign in again, then repeat what you were doing.", "Hakuna kilichobadilishwa. Ingia tena, kisha urudie ulichokuwa ukifanya.";
    not_permitted: "This is not for you to do.", "Huruhusiwi kufanya hili.";
    not_permitted_help: "Your role does not include it. Nothing was changed.", "Wajibu wako haujumuishi jambo hili. Hakuna kilichobadilishwa.";
    elsewhere: "This request came from another site.", "Ombi hili limetoka kwenye tovuti nyingine.";
    elsewhere_help: "Nothing was changed. If you did not mean to do anything here, tell your administrator.", "Hakuna kilichobadilishwa. Ikiwa hukukusudia kufanya chochote hapa, mwambie msimamizi wako.";
    not_found: "There is nothing here.", "Hakuna kitu hapa.";
    not_found_help: "The address is wrong, or what was here is gone.", "Anwani si sahihi, au kilichokuwa hapa kimeondolewa.";
    not_done: "That was not done.", "Hilo halikufanyika.";
    form_wrong: "Something in the form is missing or is not what belongs there. Nothing was changed.", "Kitu kwenye fomu kinakosekana au si kinachofaa. Hakuna kilichobadilishwa.";
    failed: "Something failed here. Nothing was acknowledged; tell your administrator when it happened.", "Kuna hitilafu hapa. Hakuna kilichothibitishwa; mwambie msimamizi wako ilitokea lini.";

    home_title: "What waits for you", "Yanayokusubiri";
    nothing_waits: "Nothing waits for you.", "Hakuna kinachokusubiri.";
    wait_for_approval: "For you to approve", "Ya kuidhinishwa nawe";
    wait_for_second: "Changes that need a second person", "Mabadiliko yanayohitaji mtu wa pili";
    wait_for_issue: "Approved: to be issued", "Yameidhinishwa: yatolewe";
    wait_for_submit: "Prepared: to be submitted", "Yameandaliwa: yawasilishwe";
    wait_for_mending: "Spreadsheets being mended", "Majedwali yanayorekebishwa";
    changes_waiting: "to be confirmed or declined", "ya kuthibitishwa au kukataliwa";
    drafts_waiting: "not yet a cohort", "bado si kundi";
    new_cohort: "Prepare a new cohort", "Andaa kundi jipya";
    find_certificate: "Find a certificate", "Tafuta cheti";
    recent_batches: "Latest cohorts", "Makundi ya karibuni";
    graduates: "graduates", "wahitimu";
    graduates_title: "Graduates", "Wahitimu";
    no_batches: "There is no cohort yet.", "Bado hakuna kundi.";

    courses: "Courses", "Kozi zote";
    no_courses: "There is no course yet. An administrator adds one under Courses.", "Bado hakuna kozi. Msimamizi huongeza moja kwenye ukurasa wa Kozi zote.";
    course_code: "Code", "Msimbo wa kozi";
    partner: "Training partner", "Mshirika wa mafunzo";
    course_field: "Varies from graduate to graduate", "Hutofautiana kati ya wahitimu";
    course_ends: "A certificate can be", "Cheti kinaweza";
    course_revokes: "revoked, for good", "kubatilishwa kabisa";
    course_suspends: "suspended, and reinstated", "kusimamishwa na kurejeshwa";
    course_kept: "Years that personal data is kept", "Miaka ambayo data binafsi huhifadhiwa";
    course_kept_for_good: "no end", "bila kikomo";
    course_add: "Add a course, or a new edition of one", "Ongeza kozi, au toleo jipya la kozi";
    course_add_help: "Certificates that were issued stay as they are. README tells what stands in a course file; issuer/demo has one to begin from.", "Vyeti vilivyotolewa hubaki vilivyo. README inaeleza faili la kozi lina nini; issuer/demo ina mfano wa kuanzia.";
    course_files: "The course file (.toml), and the pictures and designs that it names", "Faili la kozi (.toml), pamoja na picha na miundo inayotajwa ndani yake";
    course_file_one: "Choose one course file (.toml), together with the files that it names.", "Chagua faili moja la kozi (.toml), pamoja na mafaili linayoyataja.";
    course_file_twice: "Two of the files have one name: rename one, in the course file too.", "Mafaili mawili yana jina moja: badilisha la mojawapo, na kwenye faili la kozi pia.";
    course_file_text: "The course file is no text in UTF-8.", "Faili la kozi si maandishi ya UTF-8.";
    course_file_missing: "was not sent: choose it together with the course file", "halikutumwa: lichague pamoja na faili la kozi";
    spreadsheet: "Spreadsheet", "Jedwali";
    spreadsheet_help: "CSV or Excel (.xlsx), as it comes from the training desk. Drop it here or choose it.", "CSV au Excel (.xlsx), jinsi inavyotoka kwa dawati la mafunzo. Idondoshe hapa au uichague.";
    course: "Course", "Kozi";
    cohort: "Cohort, as printed", "Kundi, kama litakavyochapishwa";
    cohort_name: "Cohort", "Kundi";
    award_date: "Date of the award", "Tarehe ya tuzo";
    award_date_wrong: "The date of the award is a day, as 2026-10-16.", "Tarehe ya tuzo ni siku, kama 2026-10-16.";
    opening: "Opening of the ceremony", "Ufunguzi wa sherehe";
    opening_help: "Before it, certificates are not yet awarded. Empty: the start of the day.", "Kabla yake, vyeti bado havijatunukiwa. Ukiacha wazi: mwanzo wa siku.";
    upload: "Upload and check", "Pakia na uhakiki";
    upload_broken: "The upload broke off. Nothing was kept; try again.", "Upakiaji ulikatika. Hakuna kilichohifadhiwa; jaribu tena.";
    upload_too_large: "The file is larger than 20 MiB. Send the list of graduates alone.", "Faili ni kubwa kuliko MiB 20. Tuma orodha ya wahitimu pekee.";
    file_missing: "Choose a spreadsheet.", "Chagua jedwali.";
    cohort_missing: "Say which cohort this is.", "Taja hili ni kundi lipi.";
    opening_wrong: "The opening is a time of the day, as 09:30.", "Ufunguzi ni saa ya siku, kama 09:30.";
    other_sheets: "These sheets of the workbook are not read:", "Karatasi hizi za kitabu hazisomwi:";
    columns: "Columns", "Safu wima";
    columns_help: "What each column holds, with the first lines below it. Change what is wrong.", "Kila safu wima ina nini, pamoja na mistari ya kwanza chini yake. Badilisha kisicho sahihi.";
    columns_save: "Use these columns", "Tumia safu wima hizi";
    columns_unclear: "Say what the columns hold.", "Taja safu wima zina nini.";
    good_rows: "without a problem", "bila tatizo";
    problems: "Problems", "Matatizo";
    no_problems: "No problem is left.", "Hakuna tatizo lililobaki.";
    problems_help: "Mend each here, drop the line, or send the list back to whoever made the spreadsheet.", "Rekebisha kila moja hapa, ondoa mstari, au rudisha orodha kwa aliyetengeneza jedwali.";
    problems_csv: "Problems as a table", "Matatizo kama jedwali";
    more_problems: "More problems are shown once these are mended.", "Matatizo mengine yataonyeshwa haya yakirekebishwa.";
    filter_column: "Problems of one column", "Matatizo ya safu wima moja";
    all_columns: "All columns", "Safu wima zote";
    line: "Line", "Mstari";
    right_value: "The right value", "Thamani sahihi";
    fix: "Mend", "Rekebisha";
    unhide: "This person counts", "Mtu huyu anahesabika";
    drop_line: "Drop the line", "Ondoa mstari";
    dropped: "Dropped lines", "Mistari iliyoondolewa";
    restore: "Bring back", "Rudisha";
    flags: "To be looked at", "Ya kuangaliwa";
    flags_help: "Not wrong by itself: whoever approves looks at each.", "Si kosa kwa lenyewe: anayeidhinisha huangalia kila moja.";
    make_batch: "Make the cohort", "Unda kundi";
    make_batch_help: "Every problem must be mended, or its line dropped, first.", "Kwanza kila tatizo lirekebishwe, au mstari wake uondolewe.";
    delete_roster: "Delete this spreadsheet", "Futa jedwali hili";
    delete_sure: "Delete this spreadsheet?", "Ufute jedwali hili?";
    role_name: "Name", "Jina";
    role_surname: "Surname", "Jina la ukoo";
    role_first_name: "First name", "Jina la kwanza";
    role_other_names: "Other names", "Majina mengine";
    role_staff_number: "Staff number", "Nambari ya mfanyakazi";
    role_ignore: "Not read", "Haisomwi";

    state_imported: "Prepared", "Limeandaliwa";
    state_submitted: "Waits for approval", "Linasubiri idhini";
    state_approved: "Approved", "Limeidhinishwa";
    state_rejected: "Rejected", "Limekataliwa";
    state_issuing: "Being issued", "Linatolewa";
    state_issued: "Issued", "Limetolewa";
    next_step: "Next", "Hatua inayofuata";
    submit: "Submit for approval", "Wasilisha kwa idhini";
    submit_help: "You sign that this is what you prepared. Nothing in it can be changed afterwards; another person then approves it.", "Unatia sahihi kwamba hiki ndicho ulichoandaa. Baadaye hakuna kinachoweza kubadilishwa; kisha mtu mwingine ataidhinisha.";
    approve: "Approve", "Idhinisha";
    approve_help: "You sign for exactly this list, course, date and design. Look at what is flagged and at the sample first.", "Unatia sahihi kwa orodha, kozi, tarehe na muundo huu hasa. Kwanza angalia yaliyowekwa alama na sampuli.";
    reject: "Reject", "Kataa";
    reason_missing: "Say why, so that it can be mended.", "Taja sababu, ili irekebishwe.";
    other_person_approves: "You submitted this, so another person approves it.", "Wewe uliwasilisha hili, hivyo mtu mwingine ndiye anayeidhinisha.";
    issue: "Issue the certificates", "Toa vyeti";
    issue_help: "Every certificate is signed. If it is interrupted, it goes on where it stopped, and nobody gets two.", "Kila cheti hutiwa sahihi. Ikikatizwa, huendelea ilipoishia, na hakuna anayepata viwili.";
    issue_failed: "Issuing stopped.", "Utoaji umesimama.";
    issuing: "Signing:", "Vinatiwa sahihi:";
    issuing_help: "You may leave this page; it goes on without you.", "Unaweza kuondoka kwenye ukurasa huu; kazi inaendelea bila wewe.";
    look_again: "Look again", "Tazama tena";
    issuing_passphrase: "Passphrase of the issuing key", "Nenosiri la ufunguo wa kutoa vyeti";
    to_print: "To the printer", "Kwa kichapishi";
    book: "One PDF for the printer", "PDF moja ya kuchapisha";
    archive: "Every certificate (ZIP)", "Kila cheti (ZIP)";
    checklist: "Check-in list", "Orodha ya kukabidhi";
    labels: "Labels", "Lebo";
    who_vouches: "Who vouches for it", "Nani anathibitisha";
    nobody_yet: "nobody yet", "bado hakuna";
    valid_from: "Holds from", "Kinatumika kuanzia";
    digest: "Digest", "Muhtasari (digest)";
    digest_help: "Both people sign this digest of everything that will be signed and printed.", "Watu wote wawili hutia sahihi muhtasari huu wa yote yatakayotiwa sahihi na kuchapishwa.";
    differs: "What changed since the last version", "Kilichobadilika tangu toleo lililopita";
    differs_in_nothing: "Nothing.", "Hakuna.";
    differs_otherwise: "Course text, design, date or opening differ too.", "Maandishi ya kozi, muundo, tarehe au ufunguzi vinatofautiana pia.";
    differs_added: "New", "Wapya";
    differs_gone: "No longer there", "Hawapo tena";
    sample: "Ten to look at", "Kumi wa kuangalia";
    sample_help: "Drawn at random; nobody could know beforehand whom. Compare each with the training desk's list.", "Wamechaguliwa kwa bahati nasibu; hakuna aliyejua mapema ni nani. Linganisha kila mmoja na orodha ya dawati la mafunzo.";

    standing: "Standing", "Hali";
    stands_good: "Valid", "Halali";
    stands_corrected: "Valid, corrected", "Halali, kimesahihishwa";
    stands_suspended: "Suspended", "Kimesimamishwa";
    stands_revoked: "Revoked", "Kimebatilishwa";
    stands_erased: "Erased", "Kimefutwa";
    stands_ended: "Ended", "Kimekoma";
    erased_name: "Erased at the graduate's request", "Kimefutwa kwa ombi la mhitimu";
    nothing_found: "Nothing was found. Beginnings of names are enough, in any order.", "Hakuna kilichopatikana. Mwanzo wa majina unatosha, kwa mpangilio wowote.";
    export_found: "As a table", "Kama jedwali";
    export_learners: "Learner list", "Orodha ya wahitimu";
    credential_id: "Credential id", "Kitambulisho cha cheti";
    pdf: "PDF", "PDF";
    reprint: "Reprint lost paper (marked Duplicate)", "Chapisha tena karatasi iliyopotea (Nakala)";
    subject_file: "Everything held on this person", "Yote tuliyo nayo kuhusu mtu huyu";
    propose_title: "Propose a change", "Pendekeza mabadiliko";
    propose_help: "Another person confirms it before anything happens.", "Mtu mwingine huthibitisha kabla chochote hakijafanyika.";
    propose: "Propose", "Pendekeza";
    revoke_help: "A revoked certificate never holds again. Whoever checks it sees that, and the reason.", "Cheti kilichobatilishwa hakitatumika tena kamwe. Kila anayekikagua ataona hivyo, na sababu.";
    erase_help: "Name and facts go for good; that the certificate exists, and whether it holds, stays.", "Jina na taarifa hufutwa kabisa; kuwepo kwa cheti, na kama kinatumika, hubaki.";
    many_title: "Change everything that was found", "Badilisha vyote vilivyopatikana";
    many_preview: "Look at what would change", "Tazama yatakayobadilika";
    many_help: "This is what the change would be made to. Nothing happens before another person confirms it.", "Haya ndiyo mabadiliko yatakayofanyiwa. Hakuna kinachofanyika kabla mtu mwingine hajathibitisha.";
    many_left_out: "Left out, since this cannot be done to them:", "Vimeachwa, kwa kuwa haviwezi kufanyiwa hivi:";
    many_none: "Nothing that was found can be changed so.", "Hakuna kilichopatikana kinachoweza kubadilishwa hivyo.";
    many_sure: "Look at every line: all of them change together.", "Tazama kila mstari: vyote hubadilika pamoja.";
    many_changed: "The search finds something else by now. Look at it again, then propose.", "Utafutaji sasa unapata vitu vingine. Tazama tena, kisha pendekeza.";
    note_missing: "Say why in the note.", "Taja sababu kwenye maelezo.";
    history: "History", "Historia";
    versions: "Versions", "Matoleo";
    version: "Version", "Toleo";
    status_place: "Status list / place", "Orodha ya hali / nafasi";
    event_signed: "Signed: version", "Kimetiwa sahihi: toleo";
    handed_out: "handed out", "kimekabidhiwa";
    hand_out_undone: "hand-out taken back", "ukabidhi umeondolewa";
    reason_superseded: "replaced by version", "kimechukuliwa nafasi na toleo";
    reason_withdrawn: "the award was withdrawn", "tuzo imeondolewa";
    reason_issued_in_error: "issued in error", "kilitolewa kwa makosa";

    changes_help: "Whatever concerns a certificate that was issued, or who may do what, takes two people.", "Chochote kinachohusu cheti kilichotolewa, au nani anaruhusiwa nini, huhitaji watu wawili.";
    no_changes: "Nothing waits.", "Hakuna kinachosubiri.";
    decided_changes: "Decided", "Yaliyoamuliwa";
    change_proposed: "Waits", "Yanasubiri";
    change_done: "Done", "Yamefanyika";
    change_declined: "Declined", "Yamekataliwa";
    other_person_confirms: "You proposed this, so another person confirms it.", "Wewe ulipendekeza hili, hivyo mtu mwingine ndiye anayethibitisha.";
    confirm: "Confirm", "Thibitisha";
    decline: "Decline", "Kataa";
    act_submit: "Submitted", "Aliwasilisha";
    act_approve: "Approved", "Aliidhinisha";
    act_reject: "Rejected", "Alikataa";
    act_propose: "Proposed", "Alipendekeza";
    act_confirm: "Confirmed", "Alithibitisha";
    act_decline: "Declined", "Alikataa pendekezo";
    what_revoke: "Revoke for good", "Batilisha kabisa";
    what_suspend: "Suspend", "Simamisha";
    what_reinstate: "Reinstate", "Rejesha";
    what_correct: "Correct", "Sahihisha";
    what_add_operator: "Add a person", "Ongeza mtu";
    what_set_roles: "Other roles", "Majukumu mengine";
    what_disable_operator: "Disable a person", "Zuia mtu";
    what_reset_account: "Another telephone", "Simu nyingine";
    what_add_api_key: "Add an API key", "Ongeza ufunguo wa API";
    what_remove_api_key: "Remove an API key", "Ondoa ufunguo wa API";
    what_withdraw: "Withdraw what nobody came for", "Ondoa visivyochukuliwa";
    what_erase: "Erase at the graduate's request", "Futa kwa ombi la mhitimu";

    ceremony: "Ceremony", "Sherehe";
    not_begun: "The certificates are not yet awarded. The ceremony opens", "Vyeti bado havijatunukiwa. Sherehe itafunguliwa";
    ceremony_closed: "The ceremony was closed", "Sherehe ilifungwa";
    scan_here: "Scan the certificate, or type its number", "Skani cheti, au andika nambari yake";
    scan_help: "A bar-code scanner types the code here by itself. Keep the cursor in the field.", "Kisomaji cha msimbo huandika hapa chenyewe. Weka kishale kwenye sehemu hii.";
    camera_open: "Scan with the camera", "Skani kwa kamera";
    camera_close: "Close the camera", "Funga kamera";
    camera_starting: "The camera is starting.", "Kamera inawashwa.";
    camera_looking: "Hold the code of the certificate in view.", "Weka msimbo wa cheti mbele ya kamera.";
    camera_slow: "No code read yet. Try more light, hold still, move a little closer or further away.", "Msimbo haujasomwa bado. Ongeza mwanga, tulia, sogea karibu au mbali kidogo.";
    camera_refused: "The camera may not be used. Allow it in the settings of the browser for this page.", "Kamera haikuruhusiwa. Iruhusu katika mipangilio ya kivinjari kwa ukurasa huu.";
    camera_none: "No camera was found. Type the number instead.", "Hakuna kamera iliyopatikana. Andika nambari badala yake.";
    hand_out: "Hand out", "Kabidhi";
    not_handed_out: "This was not handed out now.", "Hiki hakikukabidhiwa sasa.";
    month_wrong: "Write the month as 2026-10; it must be over before its sample is drawn.", "Andika mwezi kama 2026-10; lazima uwe umeisha kabla sampuli yake haijachaguliwa.";
    filter_names: "Show only", "Onyesha tu";
    undo: "Take back", "Ondoa";
    undo_wrong_person: "It was another person", "Alikuwa mtu mwingine";
    undo_returned: "The paper came back", "Karatasi ilirudishwa";
    undo_misread: "The code was misread", "Msimbo ulisomwa vibaya";
    close_ceremony: "Close the ceremony", "Funga sherehe";
    close_help: "Whoever did not come is awarded in absentia; the paper can be collected later.", "Ambaye hakuja hutunukiwa bila kuwepo; karatasi inaweza kuchukuliwa baadaye.";
    close_sure: "Close the ceremony? Whoever did not come is awarded in absentia.", "Ufunge sherehe? Ambaye hakuja hutunukiwa bila kuwepo.";
    reconciliation: "Reconciliation", "Ulinganifu";
    reconciliation_help: "Every certificate that two people approved, accounted for once.", "Kila cheti kilichoidhinishwa na watu wawili, kikihesabiwa mara moja.";
    adds_up: "Everything adds up.", "Hesabu zote zinalingana.";
    in_absentia: "awarded in absentia", "waliotunukiwa bila kuwepo";
    withdraw_help: "Ends every certificate that nobody came for, for good. Usually they are kept: awarded in absentia.", "Hukomesha kabisa kila cheti ambacho hakikuchukuliwa. Kwa kawaida huhifadhiwa: hutunukiwa bila kuwepo.";
    every_certificate: "Every certificate", "Kila cheti";
    account_prepared: "Prepared", "Vilivyoandaliwa";
    account_not_issued: "Not issued", "Havijatolewa";
    account_handed_out: "handed out", "vilivyokabidhiwa";
    account_not_handed_out: "Not handed out", "Havijakabidhiwa";
    account_withdrawn: "Withdrawn", "Vilivyoondolewa";
    account_corrected: "Corrected", "Vilivyosahihishwa";
    account_suspended: "Suspended", "Vilivyosimamishwa";
    account_erased: "Erased", "Vilivyofutwa";
    account_withdrawn_outside: "Withdrawn with the paper still outside", "Vilivyoondolewa huku karatasi ikiwa nje";

    operators_help: "Each signs with a key of their own. What changes here takes two people too.", "Kila mmoja hutia sahihi kwa ufunguo wake mwenyewe. Mabadiliko ya hapa pia huhitaji watu wawili.";
    operator_name_help: "2 to 32 small letters, digits, dots or hyphens.", "Herufi ndogo, tarakimu, nukta au vistari 2 hadi 32.";
    full_name: "Full name", "Jina kamili";
    name_missing: "Say the person's name.", "Taja jina la mtu.";
    roles: "Roles", "Majukumu";
    registrar: "Registrar: prepares", "Msajili: huandaa";
    approver: "Approver: approves and revokes", "Mwidhinishaji: huidhinisha na kubatilisha";
    auditor: "Auditor: reads everything", "Mkaguzi: husoma yote";
    administrator: "Administrator: manages people", "Msimamizi: husimamia watu";
    active: "active", "anatumika";
    disabled: "disabled", "amezuiwa";
    has_telephone: "telephone enrolled", "simu imesajiliwa";
    no_telephone: "no telephone yet", "bado hana simu";
    add_operator_help: "Do this together: the new person types the password, and nobody else knows it. A second person confirms; then the new person signs in and enrols a telephone.", "Fanyeni pamoja: mtu mpya huandika nenosiri, na hakuna mwingine anayelijua. Mtu wa pili huthibitisha; kisha mtu mpya huingia na kusajili simu.";
    new_password: "Password of the new person", "Nenosiri la mtu mpya";
    new_password_help: "Four or more words that have nothing to do with each other. It cannot be sent or reset: whoever forgets it gets a new key.", "Maneno manne au zaidi yasiyohusiana. Haliwezi kutumwa wala kuwekwa upya: anayelisahau hupata ufunguo mpya.";
    password_again: "The same once more", "Lile lile tena";
    passwords_differ: "The two passwords differ.", "Manenosiri mawili yanatofautiana.";
    reset_help: "The person signs in with the password and enrols a telephone anew. Recovery codes end.", "Mtu huingia kwa nenosiri na kusajili simu upya. Misimbo ya akiba hukoma.";
    disable_help: "The person can do nothing any more. What they signed before stays valid.", "Mtu hawezi tena kufanya chochote. Alichotia sahihi awali hubaki halali.";

    chain_holds: "The chain holds.", "Mnyororo uko salama.";
    chain_broken: "The chain is broken.", "Mnyororo umevunjika.";
    events: "events, checked now from the first to the last", "matukio, yamekaguliwa sasa kutoka la kwanza hadi la mwisho";
    reaudit: "Sample for re-audit", "Sampuli ya ukaguzi upya";
    reaudit_help: "At least 3 of 100 certificates of a month that is over. The same whoever draws it; nobody could foresee it.", "Angalau vyeti 3 kati ya 100 vya mwezi uliokwisha. Ni ile ile kwa yeyote anayeichagua; hakuna aliyeweza kuitabiri.";
    draw: "Draw", "Chagua";
    retention: "Data whose time is over", "Data ambayo muda wake umekwisha";
    retention_help: "A course says for how many years personal data is kept. Each of these can be erased from its own page, by two people.", "Kozi husema data binafsi hutunzwa miaka mingapi. Kila moja inaweza kufutwa kwenye ukurasa wake, na watu wawili.";
    nothing_due: "Nothing is due.", "Hakuna ambacho muda wake umekwisha.";
    certificates_due: "certificates are due", "vyeti muda wake umekwisha";
    first_shown: "shown are the first", "vinaonyeshwa vya kwanza";
    issued: "Issued", "Vilivyotolewa";
    awarded: "Awarded", "Vilivyotunukiwa";
    no_figures: "Nothing was issued yet.", "Bado hakuna kilichotolewa.";

    keys: "Keys", "Funguo";
    keys_sign: "Keys that sign", "Funguo za kutia sahihi";
    key_issuing: "Signs certificates", "Hutia sahihi vyeti";
    key_status: "Signs status lists", "Hutia sahihi orodha za hali";
    key_active: "active", "unatumika";
    key_rotated: "followed by another", "umefuatwa na mwingine";
    key_compromised: "in other hands", "uko mikononi mwa wengine";
    key_lost: "Somebody else may have this key", "Huenda mtu mwingine ana ufunguo huu";
    key_lost_help: "Nothing that it signed from then on can be relied on, and it cannot be undone. Make a new key too.", "Chochote ulichotia sahihi kuanzia hapo hakiwezi kutegemewa, na hili haliwezi kutenduliwa. Tengeneza ufunguo mpya pia.";
    key_lost_since: "Since the beginning of this day", "Tangu mwanzo wa siku hii";
    key_since_ahead: "That day is yet to come.", "Siku hiyo bado haijafika.";
    key_follow: "Make a new key", "Tengeneza ufunguo mpya";
    key_follow_help: "What the present one signed stays valid. Verifiers rely on the new one once the root key has signed the trust list: do both together. If the server opens the key from a file, put the new passphrase there.", "Ulichotia sahihi ufunguo wa sasa hubaki halali. Wahakiki hutegemea mpya baada ya ufunguo mkuu kutia sahihi orodha ya uaminifu: fanyeni yote mawili pamoja. Ikiwa seva hufungua ufunguo kutoka kwenye faili, weka nenosiri jipya humo.";
    key_which: "Which", "Upi";
    key_passphrase: "Passphrase of the new key", "Nenosiri la ufunguo mpya";
    trust_none: "There is no trust list yet, so no verifier knows these keys. Whoever keeps the root key signs it at the server:", "Bado hakuna orodha ya uaminifu, hivyo hakuna mhakiki anayejua funguo hizi. Mtunza ufunguo mkuu huitia sahihi kwenye seva:";
    trust_behind: "Verifiers do not know yet how these keys stand. Whoever keeps the root key signs the trust list anew at the server:", "Wahakiki bado hawajui hali ya funguo hizi. Mtunza ufunguo mkuu hutia sahihi orodha ya uaminifu upya kwenye seva:";
    trust_version: "Trust list, version", "Orodha ya uaminifu, toleo";
    trust_expires: "relied on until", "hutegemewa hadi";
    trust_bundle: "Trust bundle for verifiers without a network", "Kifurushi cha uaminifu cha wahakiki wasio na mtandao";
    keys_programs: "Keys of programs (API)", "Funguo za programu (API)";
    keys_programs_help: "A program can neither submit nor approve. Adding or removing a key takes two people.", "Programu haiwezi kuwasilisha wala kuidhinisha. Kuongeza au kuondoa ufunguo huhitaji watu wawili.";
    programs_none: "No program has a key.", "Hakuna programu yenye ufunguo.";
    program_name: "What it is for", "Ni wa nini";
    program_may: "The program may", "Programu inaruhusiwa";
    program_unnamed: "Say what the key is for, in up to 100 characters.", "Taja ufunguo ni wa nini, kwa herufi zisizozidi 100.";
    program_idle: "Say what the program may do.", "Taja programu inaruhusiwa nini.";
    scope_read: "read", "kusoma";
    scope_import: "import rosters", "kuingiza orodha";
    scope_issue: "issue what two people approved", "kutoa kilichoidhinishwa na watu wawili";
    scope_issue_direct: "issue anything, which nobody approves", "kutoa chochote, bila idhini ya mtu yeyote";
    token_help: "Keep this token now: it is not shown again. It counts once another person has confirmed it.", "Hifadhi tokeni hii sasa: haitaonyeshwa tena. Itatumika mtu mwingine akishaithibitisha.";
    token_kept: "I have kept it", "Nimeihifadhi";

    venue: "Ceremony far away", "Sherehe ya mbali";
    venue_help: "One copy of the data is written at a time: this one, or that on the laptop which goes to the venue.", "Nakala moja tu ya data huandikwa kwa wakati mmoja: hii, au ile ya kompyuta inayoenda ukumbini.";
    venue_home: "This copy is the one that is written.", "Nakala hii ndiyo inayoandikwa.";
    venue_lent: "The copy at the venue is written. This one can only be read.", "Nakala ya ukumbini ndiyo inayoandikwa. Hii inaweza kusomwa tu.";
    venue_on_loan: "This is the copy for the venue, and it is written. Afterwards it is brought home at headquarters.", "Hii ni nakala ya ukumbini, nayo ndiyo inayoandikwa. Baadaye itarudishwa kutoka makao makuu.";
    venue_waiting: "The handover to this copy was interrupted: hand over again at headquarters.", "Kukabidhi kwa nakala hii kulikatizwa: kabidhi tena kutoka makao makuu.";
    venue_returned: "This copy was brought home. It is to be destroyed.", "Nakala hii imesharudishwa. Inapaswa kuharibiwa.";
    venue_none: "Say in issuer.toml where the copy is made (venue_folder), or use cheti-issuer handover and sync at the server.", "Taja kwenye issuer.toml mahali nakala itengenezwe (venue_folder), au tumia cheti-issuer handover na sync kwenye seva.";
    venue_place: "Where the copy lies", "Mahali nakala ilipo";
    venue_hand_over: "Hand over to the venue", "Kabidhi kwa ukumbi";
    venue_hand_over_help: "A copy is made there, and nothing can be changed here until it is home again. The folder must be new.", "Nakala hutengenezwa hapo, na hakuna kinachoweza kubadilishwa hapa hadi irudi. Folda lazima iwe mpya.";
    venue_keys: "Key files that go with it, each under its password", "Mafaili ya funguo yanayoenda nayo, kila moja kwa nenosiri lake";
    venue_issuing_key: "The key that signs certificates, for corrections at the venue", "Ufunguo unaotia sahihi vyeti, kwa masahihisho ukumbini";
    venue_interrupted: "Was handing over interrupted?", "Je, kukabidhi kulikatizwa?";
    venue_bring_home: "Bring it home", "Rudisha";
    venue_bring_home_help: "Stop the program on the laptop and connect the folder first. What was done there comes here and is published.", "Kwanza simamisha programu kwenye kompyuta na uunganishe folda. Yaliyofanyika huko huja hapa na kuchapishwa.";
    venue_under_way: "Data is being passed on. This page tells how it ends.", "Data inahamishwa. Ukurasa huu utaeleza inavyoisha.";
    venue_failed: "The right to write was not passed on.", "Haki ya kuandika haikuhamishwa.";
    status_passphrase: "Passphrase of the key that signs status lists", "Nenosiri la ufunguo unaotia sahihi orodha za hali";
    in_english: "This is told in English, for whoever runs this server:", "Maelezo haya ni ya Kiingereza, kwa msimamizi wa seva:";
}

#[cfg(test)]
mod tests;
