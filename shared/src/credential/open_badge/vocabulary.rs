//! The words that Open Badges 3.0 has for kinds of achievements and results, and how others are named (B.7, O6).

/// `achievementType` (B.7.1).
pub const ACHIEVEMENT_TYPES: [&str; 31] = [
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CoCurricular",
    "CommunityService",
    "Competency",
    "Course",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "MasterCertificate",
    "MasterDegree",
    "Membership",
    "MicroCredential",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

/// `resultType`, without the two that point into a rubric, which courses here do not have.
pub const RESULT_TYPES: [&str; 10] = [
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricScore",
    "ScaledScore",
    STATUS,
];

/// The `resultType` whose results have a `status` instead of a `value` (O6).
pub const STATUS: &str = "Status";

/// What a result's `status` can be.
pub const STATUSES: [&str; 7] = [
    "Completed",
    "Enrolled",
    "Failed",
    "InProgress",
    "OnHold",
    "Provisional",
    "Withdrew",
];

/// Whether `word` is one of `words`, or is named as an extension: `ext:` and letters, digits, `.`, `-` or `_`.
pub fn is_one_of(words: &[&str], word: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
    let extension = word.strip_prefix("ext:");
    words.contains(&word)
        || extension.is_some_and(|name| !name.is_empty() && name.bytes().all(plain))
}

/// The member of a Result that holds what was reached, by its description's `resultType`.
pub fn result_member(result_type: &str) -> &'static str {
    match result_type {
        STATUS => "status",
        _ => "value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_extensions() {
        for (word, good) in [
            ("Certificate", true),
            ("certificate", false),
            ("ext:Staff.Number_2-a", true),
            ("ext:", false),
            ("ext:Staff Number", false),
            ("EXT:a", false),
            ("", false),
        ] {
            assert_eq!(is_one_of(&ACHIEVEMENT_TYPES, word), good, "{word}");
        }
        assert_eq!(result_member("Status"), "status");
        assert_eq!(result_member("ext:Status"), "value");
    }
}
