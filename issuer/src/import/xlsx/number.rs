//! Numbers and dates of a workbook as the text that a person sees.

use super::DateSystem;

/// What a number format makes of a number. Thousands separators, currencies and the like are left out: they carry
/// nothing that a roster needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// As many digits as the number has.
    #[default]
    General,
    /// At least so many digits before the point and just so many after it: `0000` shows 42 as `0042`.
    Digits { whole: usize, decimals: usize },
    /// Hundredths with a percent sign.
    Percent { decimals: usize },
    /// A date, a time or both.
    Date,
}

impl NumberFormat {
    /// The built-in formats (ECMA-376 part 1, 18.8.30).
    pub(super) fn of_builtin(id: u32) -> Self {
        match id {
            1 | 3 | 37 | 38 => Self::Digits {
                whole: 1,
                decimals: 0,
            },
            2 | 4 | 39 | 40 => Self::Digits {
                whole: 1,
                decimals: 2,
            },
            9 => Self::Percent { decimals: 0 },
            10 => Self::Percent { decimals: 2 },
            14..=22 | 27..=36 | 45..=47 | 50..=58 => Self::Date,
            _ => Self::General,
        }
    }

    /// A format code: its first section, without what stands in quotes and brackets.
    pub(super) fn of_code(code: &str) -> Self {
        let bare = first_section(code);
        if bare.is_empty() || bare.eq_ignore_ascii_case("general") {
            return Self::General;
        }
        let decimals = bare
            .split_once('.')
            .map_or(0, |(_, after)| after.chars().filter(|&c| c == '0').count());
        if bare.ends_with('%') {
            return Self::Percent {
                decimals: decimals.min(15),
            };
        }
        if bare
            .chars()
            .any(|c| matches!(c.to_ascii_lowercase(), 'y' | 'm' | 'd' | 'h' | 's'))
        {
            return Self::Date;
        }
        if bare.chars().all(|c| matches!(c, '0' | '#' | ',' | '.')) && bare.contains('0') {
            let before = bare.split('.').next().unwrap_or_default();
            let whole = before.chars().filter(|&c| c == '0').count();
            return Self::Digits {
                whole: whole.min(40),
                decimals: decimals.min(15),
            };
        }
        Self::General
    }

    /// The number as text; `None` when it is no number.
    pub(super) fn show(self, raw: &str, dates: DateSystem) -> Option<String> {
        let number: f64 = raw.trim().parse().ok().filter(|n: &f64| n.is_finite())?;
        Some(match self {
            Self::General => plain(number),
            Self::Digits { whole, decimals } => digits(number, whole, decimals),
            Self::Percent { decimals } => format!("{:.decimals$}%", number * 100.0),
            Self::Date => date(number, dates).unwrap_or_else(|| plain(number)),
        })
    }
}

fn first_section(code: &str) -> String {
    let mut bare = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            // Elapsed time, colours and locales; only elapsed time shows anything.
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                if inside
                    .chars()
                    .all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'))
                {
                    bare.push_str(&inside);
                }
            }
            '\\' | '_' | '*' => drop(chars.next()),
            ';' => break,
            _ => bare.push(c),
        }
    }
    bare.trim().to_owned()
}

/// Without a useless `.0`, and without an exponent, which staff numbers do not have.
fn plain(number: f64) -> String {
    // 15 significant digits, as spreadsheets keep them: 0.1 + 0.2 shows as 0.3.
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    if rounded != 0.0 && (rounded.abs() >= 1e21 || rounded.abs() < 1e-9) {
        format!("{rounded:e}")
    } else {
        format!("{rounded}")
    }
}

fn digits(number: f64, whole: usize, decimals: usize) -> String {
    let shown = format!("{:.decimals$}", number.abs());
    let point = shown.find('.').unwrap_or(shown.len());
    let zeros = "0".repeat(whole.saturating_sub(point));
    let negative = number < 0.0 && shown.bytes().any(|b| matches!(b, b'1'..=b'9'));
    format!("{}{zeros}{shown}", if negative { "-" } else { "" })
}

/// ISO 8601, because the order of day and month on the screen depends on the computer.
fn date(serial: f64, dates: DateSystem) -> Option<String> {
    // Whole seconds, as far as 9999-12-31.
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round();
    let day = (seconds / 86_400.0).floor();
    let clock = seconds - day * 86_400.0;
    let (hours, minutes) = ((clock / 3600.0).floor(), (clock / 60.0).floor() % 60.0);
    let time = format!("{hours:02}:{minutes:02}");
    if day < 1.0 {
        return Some(time);
    }
    let since_1970 = match dates {
        DateSystem::Since1900 if day < 60.0 => day - 25_568.0,
        DateSystem::Since1900 => day - 25_569.0,
        DateSystem::Since1904 => day - 24_107.0,
    };
    let calendar = calendar_date(since_1970)?;
    Some(if clock == 0.0 {
        calendar
    } else {
        format!("{calendar} {time}")
    })
}

fn calendar_date(days_since_1970: f64) -> Option<String> {
    // Days and years are small whole numbers, exact in floating point; the calendar repeats every 146,097 days.
    let mut rest = days_since_1970 + 719_468.0;
    let era = (rest / 146_097.0).floor();
    rest -= era * 146_097.0;
    let year_of_era = ((rest - (rest / 1_460.0).floor() + (rest / 36_524.0).floor()
        - (rest / 146_096.0).floor())
        / 365.0)
        .floor();
    let day_of_year =
        rest - (365.0 * year_of_era + (year_of_era / 4.0).floor() - (year_of_era / 100.0).floor());
    let shifted_month = ((5.0 * day_of_year + 2.0) / 153.0).floor();
    let day = day_of_year - ((153.0 * shifted_month + 2.0) / 5.0).floor() + 1.0;
    let month = if shifted_month < 10.0 {
        shifted_month + 3.0
    } else {
        shifted_month - 9.0
    };
    let year = year_of_era + era * 400.0 + if month <= 2.0 { 1.0 } else { 0.0 };
    (year >= 0.0).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_they_are_seen() {
        let cases = [
            ("20000011", "General", "20000011"),
            ("20000011.0", "General", "20000011"),
            ("2.0000011E7", "", "20000011"),
            ("0.30000000000000004", "General", "0.3"),
            ("-4.5", "General", "-4.5"),
            ("42", "00000000", "00000042"),
            ("20000011", "#,##0", "20000011"),
            ("2.5", "0.00", "2.50"),
            ("0.855", "0.0%", "85.5%"),
            ("45231", "dd/mm/yyyy", "2023-11-01"),
            ("45231.75", "[$-409]d-mmm-yy h:mm", "2023-11-01 18:00"),
            ("0.5", "h:mm", "12:00"),
            ("1", "yyyy", "1900-01-01"),
            ("61", "yyyy", "1900-03-01"),
            ("36585", "yyyy-mm-dd", "2000-02-29"),
            ("7", "\"day\" 0", "7"),
            ("7", "[Red]0", "7"),
        ];
        for (raw, code, shown) in cases {
            let format = NumberFormat::of_code(code);
            assert_eq!(
                format.show(raw, DateSystem::Since1900).as_deref(),
                Some(shown),
                "{raw} {code}"
            );
        }
        assert_eq!(
            NumberFormat::Date
                .show("43769", DateSystem::Since1904)
                .as_deref(),
            Some("2023-11-01")
        );
        assert_eq!(
            NumberFormat::General.show("abc", DateSystem::Since1900),
            None
        );
    }
}
