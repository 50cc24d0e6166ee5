//! Making a text fit its place: full size, then smaller, then on two lines; never past the frame.

use crate::PrintError;
use crate::design::{Place, Smallest};
use crate::typeface::{Line, Typeface};
use std::sync::{Arc, Mutex};

/// The distance between the baselines of two lines, in ems.
pub(crate) const LEADING_EM: f32 = 1.12;

/// Two lines share the height of one: each is at most this part of the place's size.
const TWO_LINES_SIZE: f32 = 0.6;

/// A text as it will stand on the page.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    /// Size in millimetres.
    pub(crate) size: f32,
    /// One or two lines, from the top.
    pub(crate) lines: Vec<Line>,
}

/// What a place held last: most words of a certificate are those of the one before.
#[derive(Debug, Default)]
pub(crate) struct Last(Mutex<Option<(String, Arc<Setting>)>>);

impl Last {
    fn of(&self, text: &str) -> Option<Arc<Setting>> {
        let held = self.0.lock().ok()?;
        let (known, setting) = held.as_ref()?;
        (known == text).then(|| setting.clone())
    }

    fn keep(&self, text: &str, setting: &Arc<Setting>) {
        if let Ok(mut held) = self.0.lock() {
            *held = Some((text.to_owned(), setting.clone()));
        }
    }
}

impl Clone for Last {
    /// A place that is copied begins anew.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Sets `text` in `place`, whose face is `typeface`.
///
/// # Errors
/// [`PrintError::TooLong`] when not even the smallest size on the last permitted line fits.
pub(crate) fn set(
    text: &str,
    place: &Place,
    typeface: &Typeface,
) -> Result<Arc<Setting>, PrintError> {
    if let Some(setting) = place.last.of(text) {
        return Ok(setting);
    }
    let setting = Arc::new(anew(text, place, typeface)?);
    place.last.keep(text, &setting);
    Ok(setting)
}

fn anew(text: &str, place: &Place, typeface: &Typeface) -> Result<Setting, PrintError> {
    if place.repeated {
        return repeated(text, place, typeface);
    }
    let whole = typeface.shape(text)?.tracked(place.tracking_em);
    let size = place.size.min(place.width / whole.width_em());
    let one_line = match place.smallest {
        Smallest::OneLine(smallest) | Smallest::TwoLines(smallest, _) => smallest,
    };
    if size >= one_line {
        return Ok(Setting {
            size,
            lines: vec![whole],
        });
    }
    let too_long = || PrintError::TooLong {
        place: place.id.clone(),
        text: text.to_owned(),
    };
    let Smallest::TwoLines(_, smallest) = place.smallest else {
        return Err(too_long());
    };
    for breaks in [Breaks::BetweenWords, Breaks::Anywhere] {
        if let Some(setting) = two_lines(&whole, breaks, place, typeface)?
            && setting.size >= smallest
        {
            return Ok(setting);
        }
    }
    Err(too_long())
}

/// Sets `text` as often as it fits, and spreads it until the width is full.
fn repeated(text: &str, place: &Place, typeface: &Typeface) -> Result<Setting, PrintError> {
    let room_em = place.width / place.size;
    let once = typeface.shape(text)?;
    let long: f32 = once.glyphs.iter().map(|glyph| glyph.x_advance).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a line holds far fewer than 2^16 texts"
    )]
    let times = (room_em / long).clamp(0.0, 1000.0) as usize;
    if times == 0 {
        return Err(PrintError::TooLong {
            place: place.id.clone(),
            text: text.to_owned(),
        });
    }
    let line = once.repeated(times);
    #[expect(clippy::cast_precision_loss, reason = "a line holds few letters")]
    let gaps = line.glyphs.len().saturating_sub(1).max(1) as f32;
    let spread = ((room_em - line.width_em()) / gaps).clamp(0.0, 0.5);
    Ok(Setting {
        size: place.size,
        lines: vec![line.tracked(spread)],
    })
}

/// Where a text may be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// After a space or a hyphen.
    BetweenWords,
    /// Between any two letters, without adding a hyphen: a name is printed as it is signed.
    Anywhere,
}

fn two_lines(
    whole: &Line,
    breaks: Breaks,
    place: &Place,
    typeface: &Typeface,
) -> Result<Option<Setting>, PrintError> {
    let Some(at) = best_break(whole, breaks) else {
        return Ok(None);
    };
    let (first, second) = whole.text.split_at(at);
    let lines = [first, second].map(|text| {
        typeface
            .shape(text)
            .map(|line| line.tracked(place.tracking_em))
    });
    let [first, second] = lines;
    let lines = vec![first?, second?];
    let widest = lines.iter().map(Line::width_em).fold(0.0, f32::max);
    let size = (place.size * TWO_LINES_SIZE).min(place.width / widest);
    Ok(Some(Setting { size, lines }))
}

/// The break that leaves the longer of the two lines shortest, as a byte offset.
fn best_break(whole: &Line, breaks: Breaks) -> Option<usize> {
    let total: f32 = whole.glyphs.iter().map(|glyph| glyph.x_advance).sum();
    let mut before = 0.0;
    let mut best: Option<(f32, usize)> = None;
    for glyph in &whole.glyphs {
        let at = glyph.text_range.start;
        let longer = f32::max(before, total - before);
        let starts_cluster = at > 0 && best.is_none_or(|(_, other)| other != at);
        if starts_cluster && allowed(&whole.text, at, breaks) {
            best = match best {
                Some((width, other)) if width <= longer => Some((width, other)),
                _ => Some((longer, at)),
            };
        }
        before += glyph.x_advance;
    }
    best.map(|(_, at)| at)
}

fn allowed(text: &str, at: usize, breaks: Breaks) -> bool {
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else {
        return false;
    };
    match breaks {
        Breaks::BetweenWords => before.ends_with([' ', '-', '‐']) && !after.starts_with(' '),
        Breaks::Anywhere => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kit;
    use crate::design::Design;
    use crate::typeface::{Face, Typefaces};

    struct Room {
        faces: Typefaces,
        design: Design,
    }

    impl Room {
        fn open() -> Self {
            Self {
                faces: Typefaces::load().unwrap(),
                design: Design::parse(&Kit::default().design).unwrap(),
            }
        }

        fn place(&self, id: &str) -> &Place {
            self.design.places().find(|place| place.id == id).unwrap()
        }

        fn set(&self, text: &str, id: &str) -> Result<Arc<Setting>, PrintError> {
            let place = self.place(id);
            set(text, place, self.faces.face(place.face))
        }
    }

    fn longest(part: &str) -> String {
        part.chars()
            .cycle()
            .take(120 / part.len() * part.chars().count())
            .collect()
    }

    #[test]
    fn names_up_to_120_octets_fit_whole_inside_the_frame() {
        let room = Room::open();
        let place = room.place("name");
        for (name, lines) in [
            ("Jo".to_owned(), 1),
            ("Amina".to_owned(), 1),
            ("Wanjikũ Ng'ang'a".to_owned(), 1),
            ("Mũthoni wa Kĩbera Njoroge".to_owned(), 1),
            ("Abdirahman Mohamed Abdullahi Sheikh Noor".to_owned(), 1),
            (longest("Maximiliana "), 2),
            (longest("W"), 2),
            (longest("M"), 2),
            (longest("@"), 2),
            (longest("Ǆ"), 2),
            (longest("Ẁ"), 2),
            (longest("m\u{303}"), 2),
            (format!("A {}", longest("W").split_off(2)), 2),
        ] {
            assert!(name.len() <= 120);
            let setting = room.set(&name, "name").unwrap();
            assert_eq!(setting.lines.len(), lines, "{name}");
            let printed: String = setting
                .lines
                .iter()
                .map(|line| line.text.as_str())
                .collect();
            assert_eq!(printed, name);
            for line in &setting.lines {
                assert!(
                    line.width_em() * setting.size <= place.width + 0.01,
                    "{name}"
                );
            }
            assert!(setting.size >= 3.5, "{name} is set in {} mm", setting.size);
        }
    }

    #[test]
    fn no_letter_of_the_typeface_is_too_wide_for_a_name() {
        let room = Room::open();
        let letters = (0x20..0x2000)
            .filter_map(char::from_u32)
            .filter(|c| c.is_alphabetic());
        let mut drawn = 0;
        for letter in letters {
            let letter = letter.to_string();
            if room.faces.face(Face::Medium).shape(&letter).is_ok() {
                let name = letter.repeat(120 / letter.len());
                room.set(&name, "name").unwrap();
                drawn += 1;
            }
        }
        assert!(drawn > 700, "{drawn} letters");
    }

    #[test]
    fn a_short_name_keeps_the_full_size() {
        let room = Room::open();
        let setting = room.set("Amina Hassan", "name").unwrap();
        assert_eq!(setting.size, room.place("name").size);
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        let room = Room::open();
        let name =
            "Oluwaseun-Maximiliana Abdirahman Mohamed Abdullahi Sheikh Noor Hassan Warsame Jama";
        let setting = room.set(name, "name").unwrap();
        let [first, second] = setting.lines.as_slice() else {
            panic!("one line")
        };
        assert!(first.text.ends_with(' '), "{}", first.text);
        assert!(!second.text.starts_with(' '));
    }

    #[test]
    fn a_text_past_its_place_is_an_error_that_names_both() {
        let room = Room::open();
        for id in ["course", "issuer", "number"] {
            let text = "Very long wording ".repeat(60);
            match room.set(&text, id) {
                Err(PrintError::TooLong { place, text: found }) => {
                    assert_eq!((place.as_str(), found), (id, text));
                }
                other => panic!("{id}: {other:?}"),
            }
        }
    }
}
