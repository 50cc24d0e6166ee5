//! Making a text fit its box: full size, then smaller, then on more lines.

use super::ListError;
use crate::typeface::{Face, Line, Typefaces};

/// The distance between the baselines of two lines, in ems.
pub(super) const LEADING_EM: f32 = 1.08;
/// The height of a capital letter, in ems.
pub(super) const CAPITAL_EM: f32 = 0.65;
/// A text shrinks to this part of its size before it is broken.
const COMFORTABLE: f32 = 0.75;
/// No text is smaller, in millimetres: four points.
const SMALLEST_MM: f32 = 1.4;

/// How a text is set. Lengths are millimetres.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// What it fills, for the error that it does not fit.
    pub(super) place: &'static str,
    pub(super) face: Face,
    /// The size where there is room.
    pub(super) size: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    /// Most lines.
    pub(super) lines: usize,
    /// Room added between letters, in ems.
    pub(super) tracking_em: f32,
}

/// A text as it will stand.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) lines: Vec<Line>,
}

impl Block {
    /// From the top of the first line's capitals to the last baseline.
    pub(super) fn height(&self) -> f32 {
        let between = self.lines.len().saturating_sub(1) as f32;
        self.size * (CAPITAL_EM + between * LEADING_EM)
    }
}

/// Sets a text: on one line at its full size or somewhat smaller; else on the number of lines that lets it be largest,
/// broken between words if it can be, anywhere if it must.
///
/// # Errors
/// A character without a glyph; a text that would be smaller than four points.
pub(super) fn set(text: &str, style: &Style, typefaces: &Typefaces) -> Result<Block, ListError> {
    let face = typefaces.face(style.face);
    let shape = |text: &str| face.shape(text).map(|line| line.tracked(style.tracking_em));
    let whole = shape(text)?;
    let clusters = clusters(&whole);
    for breaks in [Breaks::BetweenWords, Breaks::Anywhere] {
        let Some((size, starts)) = best(text, &clusters, breaks, style) else {
            continue;
        };
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let parts = starts.iter().zip(ends);
        let lines = parts.map(|(&start, end)| shape(text.get(start..end).unwrap_or_default()));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        // Letters at a break are shaped apart and may come out a little wider.
        let widest = lines
            .iter()
            .map(Line::width_em)
            .fold(f32::MIN_POSITIVE, f32::max);
        return Ok(Block {
            face: style.face,
            size: size.min(style.width / widest),
            lines,
        });
    }
    Err(ListError::TooLong {
        place: style.place,
        text: text.to_owned(),
    })
}

/// Where a text may be broken.
#[derive(Clone, Copy, PartialEq)]
enum Breaks {
    /// After a space or a hyphen.
    BetweenWords,
    /// Between any two letters, without adding a hyphen: a name is printed as it is signed.
    Anywhere,
}

/// The letters of a line: where each begins in the text, and its width in ems.
fn clusters(line: &Line) -> Vec<(usize, f32)> {
    let mut clusters: Vec<(usize, f32)> = Vec::with_capacity(line.glyphs.len());
    for glyph in &line.glyphs {
        match clusters.last_mut() {
            Some((start, width)) if *start == glyph.text_range.start => *width += glyph.x_advance,
            _ => clusters.push((glyph.text_range.start, glyph.x_advance)),
        }
    }
    clusters
}

/// The size and the starts of the lines, or nothing when it would be too small.
fn best(
    text: &str,
    clusters: &[(usize, f32)],
    breaks: Breaks,
    style: &Style,
) -> Option<(f32, Vec<usize>)> {
    let mut best: Option<(f32, Vec<usize>)> = None;
    for count in 1..=style.lines {
        let (width_em, starts) = narrowest(text, clusters, breaks, count);
        let height_em = CAPITAL_EM + (count - 1) as f32 * LEADING_EM;
        let room = (style.width / width_em.max(f32::MIN_POSITIVE)).min(style.height / height_em);
        let size = style.size.min(room);
        if best.as_ref().is_none_or(|(other, _)| size > *other) {
            best = Some((size, starts));
        }
        if size >= style.size * COMFORTABLE {
            break;
        }
    }
    best.filter(|(size, _)| *size >= SMALLEST_MM.min(style.size))
}

/// The least width in ems in which a text takes at most so many lines, and where these start.
fn narrowest(
    text: &str,
    clusters: &[(usize, f32)],
    breaks: Breaks,
    count: usize,
) -> (f32, Vec<usize>) {
    let total: f32 = clusters.iter().map(|(_, width)| width).sum();
    let (mut low, mut high) = (total / count as f32 * 0.9, total);
    if count > 1 {
        for _ in 0..12 {
            let middle = (low + high) / 2.0;
            if wrapped(text, clusters, breaks, middle).is_some_and(|starts| starts.len() <= count) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }
    let starts = wrapped(text, clusters, breaks, high).unwrap_or_else(|| vec![0]);
    (high, starts)
}

/// Lines filled one after the other up to a width; nothing when one part alone is wider.
fn wrapped(
    text: &str,
    clusters: &[(usize, f32)],
    breaks: Breaks,
    width_em: f32,
) -> Option<Vec<usize>> {
    let mut starts = vec![0];
    // The last place where the line may end: its cluster, and the width before it.
    let (mut since_start, mut since_break, mut open) = (0.0, 0.0, None);
    for &(at, width) in clusters {
        if may_break(text, at, breaks) {
            (open, since_break) = (Some(at), 0.0);
        }
        let is_space = text.get(at..).is_some_and(|rest| rest.starts_with(' '));
        if since_start + width > width_em + 1e-3 && !is_space {
            starts.push(open.take()?);
            since_start = since_break;
        }
        since_start += width;
        since_break += width;
    }
    Some(starts)
}

fn may_break(text: &str, at: usize, breaks: Breaks) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    match breaks {
        Breaks::BetweenWords => before.ends_with([' ', '-', '‐']) && !after.starts_with(' '),
        Breaks::Anywhere => at > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAME: Style = Style {
        place: "name",
        face: Face::Medium,
        size: 4.6,
        width: 60.0,
        height: 9.0,
        lines: 3,
        tracking_em: 0.0,
    };

    fn texts(block: &Block) -> Vec<&str> {
        block.lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn short_names_stand_in_full_and_long_ones_break_between_words() {
        let faces = Typefaces::load().unwrap();
        let block = set("Amina Hassan", &NAME, &faces).unwrap();
        assert_eq!((block.size, texts(&block)), (4.6, vec!["Amina Hassan"]));
        let long = "Oluwaseun Maximiliana Abdirahman Mohamed Abdullahi Sheikh Noor";
        let block = set(long, &NAME, &faces).unwrap();
        assert_eq!(
            texts(&block),
            [
                "Oluwaseun Maximiliana Abdirahman ",
                "Mohamed Abdullahi Sheikh Noor"
            ]
        );
    }

    #[test]
    fn one_long_word_is_broken_where_it_must_be() {
        let faces = Typefaces::load().unwrap();
        let block = set(&"W".repeat(120), &NAME, &faces).unwrap();
        assert_eq!(block.lines.len(), 3);
        assert!(block.size >= SMALLEST_MM);
        let error = set(&"W".repeat(400), &NAME, &faces).unwrap_err();
        assert!(matches!(error, ListError::TooLong { place: "name", .. }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn nothing_leaves_its_box_and_nothing_is_lost(name in "[A-Za-zĩũñŋ' \u{303}-]{1,80}") {
            prop_assume!(name.len() <= 120);
            let faces = Typefaces::load().unwrap();
            let block = set(&name, &NAME, &faces).unwrap();
            prop_assert_eq!(texts(&block).concat(), name);
            prop_assert!(block.height() <= NAME.height + 0.01);
            for line in &block.lines {
                prop_assert!(line.width_em() * block.size <= NAME.width + 0.01);
            }
        }
    }
}
