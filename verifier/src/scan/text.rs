//! QR texts inside plain text: a pasted address, the output of a scanner, a mail.

use super::QrText;
use super::limits::MAX_QR_TEXT_BYTES;

/// A code without its address is at least this long behind a `#`: shorter ones are rooms, tickets and orders.
const BARE_FRAGMENT_DIGITS: usize = 21;

/// Every address `http(s)://…#9…`, every `#9…` as a browser's address bar ends, and every bare `9…` (digits only) in
/// `text`, in order, without repeats.
#[must_use]
pub fn text(text: &str) -> Vec<QrText> {
    let mut found: Vec<QrText> = Vec::new();
    for word in text
        .split_whitespace()
        .map(unwrapped)
        .filter(|word| is_code(word))
    {
        if !found.iter().any(|seen| seen.as_str() == word) {
            found.push(QrText::new(word));
        }
    }
    found
}

/// Takes off the brackets, quotes and full stops that mail and prose put around an address.
fn unwrapped(word: &str) -> &str {
    word.trim_matches(|c: char| {
        matches!(
            c,
            '<' | '>' | '(' | ')' | '"' | '\'' | '[' | ']' | '.' | ',' | ';' | '\u{feff}'
        )
    })
}

fn is_code(word: &str) -> bool {
    if word.len() > MAX_QR_TEXT_BYTES {
        return false;
    }
    let starts = |prefix: &str| {
        word.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let payload = match word.rsplit_once('#') {
        Some((address, payload)) if starts("https://") || starts("http://") => {
            (address.len() > "http://".len()).then_some(payload)
        }
        Some(("", payload)) => (payload.len() >= BARE_FRAGMENT_DIGITS).then_some(payload),
        Some(_) => None,
        None => Some(word),
    };
    payload.is_some_and(|payload| {
        payload.len() > 1 && payload.starts_with('9') && payload.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_codes_in_text() {
        let cases: [(&str, &[&str]); 10] = [
            (
                "https://v.nc4.example/#912345",
                &["https://v.nc4.example/#912345"],
            ),
            (
                "\u{feff}HTTPS://V.NC4.EXAMPLE/#912345\r\n",
                &["HTTPS://V.NC4.EXAMPLE/#912345"],
            ),
            (
                "my code: <http://localhost:8080/#9777>.",
                &["http://localhost:8080/#9777"],
            ),
            ("912345678", &["912345678"]),
            ("(#912345678901234567890)", &["#912345678901234567890"]),
            (
                "https://a/#91 https://a/#91 https://b/#92",
                &["https://a/#91", "https://b/#92"],
            ),
            ("https://v.nc4.example/#12345", &[]),
            ("https://v.nc4.example/#9123x", &[]),
            ("call 0722 000 000, room #9123", &[]),
            ("", &[]),
        ];
        for (input, expected) in cases {
            let found = text(input);
            assert_eq!(
                found.iter().map(QrText::as_str).collect::<Vec<_>>(),
                expected,
                "{input:?}"
            );
        }
    }
}
