//! The faces of the certificate's typefaces: shaping text into placed glyphs, and measuring it.

use crate::PrintError;
use harfrust::{
    BufferFlags, Direction, FontRef, GlyphBuffer, ShapeOptions, ShapePlan, ShaperData,
    UnicodeBuffer, script,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider as _;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlineGlyphCollection, OutlinePen};

/// The apostrophe of keyboards, which Ng'ang'a has in most rosters.
const TYPEWRITER: char = '\'';
/// The apostrophe of print. Only the drawing changes: the text of the page stays as it is signed.
const APOSTROPHE: char = '’';

/// One face of the embedded typefaces, EB Garamond and Montserrat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// EB Garamond upright, weight 400.
    Regular,
    /// EB Garamond italic, weight 400.
    Italic,
    /// EB Garamond upright, weight 500.
    Medium,
    /// EB Garamond upright, weight 600.
    SemiBold,
    /// Montserrat upright, weight 400.
    Sans,
    /// Montserrat upright, weight 600.
    SansSemiBold,
}

impl Face {
    /// Every face, in the order of [`Typefaces`].
    pub(crate) const ALL: [Self; 6] = [
        Self::Regular,
        Self::Italic,
        Self::Medium,
        Self::SemiBold,
        Self::Sans,
        Self::SansSemiBold,
    ];

    /// The face of a family, weight and slope, as a design names them.
    pub(crate) fn find(family: &str, weight: u16, italic: bool) -> Option<Self> {
        Some(match (family, weight, italic) {
            ("EB Garamond" | "", 400, false) => Self::Regular,
            ("EB Garamond" | "", 400, true) => Self::Italic,
            ("EB Garamond" | "", 500, false) => Self::Medium,
            ("EB Garamond" | "", 600, false) => Self::SemiBold,
            ("Montserrat", 400, false) => Self::Sans,
            ("Montserrat", 600, false) => Self::SansSemiBold,
            _ => return None,
        })
    }

    fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/EBGaramond-Regular.ttf"),
            Self::Italic => include_bytes!("../fonts/EBGaramond-Italic.ttf"),
            Self::Medium => include_bytes!("../fonts/EBGaramond-Medium.ttf"),
            Self::SemiBold => include_bytes!("../fonts/EBGaramond-SemiBold.ttf"),
            Self::Sans => include_bytes!("../fonts/Montserrat-Regular.ttf"),
            Self::SansSemiBold => include_bytes!("../fonts/Montserrat-SemiBold.ttf"),
        }
    }
}

/// All faces, each parsed once.
pub(crate) struct Typefaces([Typeface; 6]);

impl Typefaces {
    /// Reads the embedded font files.
    pub(crate) fn load() -> Result<Self, PrintError> {
        let [regular, italic, medium, semi_bold, sans, sans_semi_bold] =
            Face::ALL.map(Typeface::load);
        Ok(Self([
            regular?,
            italic?,
            medium?,
            semi_bold?,
            sans?,
            sans_semi_bold?,
        ]))
    }

    /// One face.
    pub(crate) fn face(&self, face: Face) -> &Typeface {
        let [regular, italic, medium, semi_bold, sans, sans_semi_bold] = &self.0;
        match face {
            Face::Regular => regular,
            Face::Italic => italic,
            Face::Medium => medium,
            Face::SemiBold => semi_bold,
            Face::Sans => sans,
            Face::SansSemiBold => sans_semi_bold,
        }
    }
}

/// A font file, ready to shape and to embed.
pub(crate) struct Typeface {
    face: Face,
    pub(crate) font: Font,
    outlines: OutlineGlyphCollection<'static>,
    tables: FontRef<'static>,
    data: ShaperData,
    plan: ShapePlan,
}

impl Typeface {
    fn load(face: Face) -> Result<Self, PrintError> {
        let unreadable = PrintError::Font { face };
        let Ok(tables) = FontRef::new(face.file()) else {
            return Err(unreadable);
        };
        let Ok(outlines) = skrifa::FontRef::new(face.file()) else {
            return Err(unreadable);
        };
        let font = Font::new(face.file().into(), 0).ok_or(unreadable)?;
        let data = ShaperData::new(&tables);
        let plan = ShapePlan::new(
            &data.shaper(&tables).build(),
            Direction::LeftToRight,
            Some(script::LATIN),
            None,
            &[],
        );
        Ok(Self {
            face,
            font,
            outlines: outlines.outline_glyphs(),
            tables,
            data,
            plan,
        })
    }

    /// Draws the outline of a glyph with `pen`, y upwards, at this size.
    ///
    /// # Errors
    /// [`PrintError::Font`] when the font has no such outline.
    pub(crate) fn draw(
        &self,
        glyph: GlyphId,
        size: f32,
        pen: &mut impl OutlinePen,
    ) -> Result<(), PrintError> {
        let damaged = || PrintError::Font { face: self.face };
        let glyph = skrifa::GlyphId::new(glyph.to_u32());
        let outline = self.outlines.get(glyph).ok_or_else(damaged)?;
        let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
        outline.draw(settings, pen).map(drop).map_err(|_| damaged())
    }

    /// Places the glyphs of `text` on one line: kerning, ligatures and combining marks included.
    ///
    /// # Errors
    /// [`PrintError::MissingGlyph`] for a character without a glyph, invisible ones included: what
    /// cannot be seen on paper has no business in a name.
    pub(crate) fn shape(&self, text: &str) -> Result<Line, PrintError> {
        let mut buffer = UnicodeBuffer::new();
        for (at, character) in text.char_indices() {
            let drawn = if character == TYPEWRITER {
                APOSTROPHE
            } else {
                character
            };
            buffer.add(drawn, u32::try_from(at).unwrap_or(u32::MAX));
        }
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        buffer.set_flags(BufferFlags::PRESERVE_DEFAULT_IGNORABLES);
        let shaper = self.data.shaper(&self.tables).build();
        let shaped = shaper.shape(buffer, ShapeOptions::new().plan(Some(&self.plan)));
        self.line(text, &shaped)
    }

    fn line(&self, text: &str, shaped: &GlyphBuffer) -> Result<Line, PrintError> {
        let em = self.font.units_per_em();
        let infos = shaped.glyph_infos();
        let starts: Vec<usize> = infos.iter().map(|info| byte(info.cluster)).collect();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = starts[at];
            if info.glyph_id == 0 {
                return Err(self.missing(text, start));
            }
            let next = starts[at..].iter().copied().find(|&other| other > start);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                ems(position.x_advance, em),
                ems(position.x_offset, em),
                ems(position.y_offset, em),
                ems(position.y_advance, em),
                start..next.unwrap_or(text.len()),
                None,
            ));
        }
        Ok(Line {
            text: text.to_owned(),
            glyphs,
        })
    }

    fn missing(&self, text: &str, cluster: usize) -> PrintError {
        // A cluster may hold several characters; name the one that has no glyph by itself.
        let rest = text.get(cluster..).unwrap_or_default();
        let alone = |c: &char| {
            let mut one = UnicodeBuffer::new();
            one.add(*c, 0);
            one.set_direction(Direction::LeftToRight);
            one.set_script(script::LATIN);
            one.set_flags(BufferFlags::PRESERVE_DEFAULT_IGNORABLES);
            let shaper = self.data.shaper(&self.tables).build();
            let shaped = shaper.shape(one, ShapeOptions::new().plan(Some(&self.plan)));
            shaped.glyph_infos().iter().any(|info| info.glyph_id == 0)
        };
        let culprit = rest.chars().find(alone).or_else(|| rest.chars().next());
        PrintError::MissingGlyph {
            character: culprit.unwrap_or(char::REPLACEMENT_CHARACTER),
            text: text.to_owned(),
            face: self.face,
        }
    }
}

/// One shaped line of text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
}

impl Line {
    /// The width in ems from the first glyph to the last, a trailing space not counted.
    pub(crate) fn width_em(&self) -> f32 {
        let seen = self.text.trim_end().len();
        let visible = self.glyphs.iter().filter(|g| g.text_range.start < seen);
        visible.map(|glyph| glyph.x_advance).sum()
    }

    /// The line so many times in a row; shaping it once is enough.
    pub(crate) fn repeated(&self, times: usize) -> Self {
        let length = self.text.len();
        let copy = |at: usize| {
            self.glyphs.iter().cloned().map(move |mut glyph| {
                let range = &glyph.text_range;
                glyph.text_range = range.start + at * length..range.end + at * length;
                glyph
            })
        };
        Self {
            text: self.text.repeat(times),
            glyphs: (0..times).flat_map(copy).collect(),
        }
    }

    /// Widens every gap between letters by `ems`, as inscriptions in capitals need.
    pub(crate) fn tracked(mut self, ems: f32) -> Self {
        let last = self.glyphs.len().saturating_sub(1);
        for glyph in self.glyphs.iter_mut().take(last) {
            glyph.x_advance += ems;
        }
        self
    }
}

fn byte(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "font units are below 2^16")]
fn ems(units: i32, em: f32) -> f32 {
    units as f32 / em
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_kenya_has_can_be_drawn() {
        let faces = Typefaces::load().unwrap();
        for name in [
            "Wanjikũ Ng'ang'a",
            "Mũthoni wa Kĩbera",
            "O’Brien De Souza",
            "Ngʼang’a Kamau‑Otieno",
            "Abdiraḥmān Cali Xuseen",
            "Saʿīd bin ʾAḥmad",
            "Nyar Gem Akinyi Ŋundo",
            "Zoë Ğül Łukasz Đặng Thị",
            "Ọlá̱ M̃wangi",
        ] {
            for face in Face::ALL {
                faces.face(face).shape(name).unwrap();
            }
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_named() {
        let faces = Typefaces::load().unwrap();
        for (text, culprit) in [
            ("Wang 王", '王'),
            ("Анна", 'А'),
            ("Amina\tAli", '\t'),
            ("Ami\u{200d}na", '\u{200d}'),
            ("Ami\u{202e}na", '\u{202e}'),
            ("Joy 🎓", '🎓'),
        ] {
            for face in Face::ALL {
                match faces.face(face).shape(text) {
                    Err(PrintError::MissingGlyph { character, .. }) => {
                        assert_eq!(character, culprit);
                    }
                    other => panic!("{text}: {:?}", other.map(|line| line.text)),
                }
            }
        }
    }

    #[test]
    fn a_combining_mark_takes_no_room_and_stands_over_its_letter() {
        let faces = Typefaces::load().unwrap();
        for face in Face::ALL {
            let face = faces.face(face);
            for letter in ["m", "M", "B", "Q", "d", "ŋ", "Ɛ"] {
                let plain = face.shape(letter).unwrap();
                let text = format!("{letter}\u{303}");
                let marked = face.shape(&text).unwrap();
                assert_eq!(marked.width_em(), plain.width_em());
                let [_, mark] = marked.glyphs.as_slice() else {
                    panic!("{text} has {} glyphs", marked.glyphs.len())
                };
                assert_eq!(mark.text_range, 0..text.len());
                let back = -mark.x_offset / plain.width_em();
                assert!(back > 0.05 && back < 1.0, "{text}: {back}");
            }
        }
    }

    #[test]
    fn a_trailing_space_is_not_measured() {
        let faces = Typefaces::load().unwrap();
        let face = faces.face(Face::Medium);
        let (bare, spaced) = (face.shape("Amina").unwrap(), face.shape("Amina ").unwrap());
        assert!((bare.width_em() - spaced.width_em()).abs() < 0.03);
    }
}
