//! SVG: an `<openbadges:credential>` element with the JSON as CDATA, the root's first child (Open Badges 3.0 §5.3.2).

use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::{BakedError, check_credential, check_picture};
use crate::limits::CREDENTIAL_BYTES;

const KIND: &str = "an SVG";
const SVG: &str = "http://www.w3.org/2000/svg";
/// The namespace of the element.
const OPEN_BADGES: &str = "https://purl.imsglobal.org/ob/v3p0";
/// The element's local name.
const ELEMENT: &str = "credential";
/// How the prefix is declared on the root.
const DECLARATION: &str = "xmlns:openbadges";
/// The attribute of the compact form, whose value is a JWT.
const COMPACT: &str = "verify";

const DAMAGED: BakedError = BakedError::Damaged("it is not well-formed XML");

/// `picture` with `credential` baked in as the first child of its root, in place of one that was.
///
/// Fails when the picture is no well-formed SVG in UTF-8, declares a document type or holds several credentials, or when the
/// credential is too large or has a character that XML cannot carry unchanged, a carriage return among them.
pub fn bake(picture: &[u8], credential: &str) -> Result<Vec<u8>, BakedError> {
    check_credential(credential)?;
    if let Some(character) = credential.chars().find(|c| !is_kept(*c)) {
        return Err(BakedError::Character(character));
    }
    let text = text_of(picture)?;
    let drawing = Drawing::read(text)?;
    let tag_end = drawing.tag.end;
    let closing = if drawing.is_empty { "/>" } else { ">" };
    let head = text.get(..tag_end.saturating_sub(closing.len()));
    let (before, after) = match &drawing.credential {
        Some((place, _)) => (text.get(tag_end..place.start), text.get(place.end..)),
        None => (text.get(tag_end..), Some("")),
    };
    let (Some(head), Some(before), Some(after)) = (head, before, after) else {
        return Err(DAMAGED);
    };
    let declaration = format!(" {DECLARATION}=\"{OPEN_BADGES}\"");
    let (on_root, on_element) = match drawing.declares {
        None => (declaration.as_str(), ""),
        Some(Prefix::Ours) => ("", ""),
        Some(Prefix::Others) => ("", declaration.as_str()),
    };
    let json = credential.replace("]]>", "]]]]><![CDATA[>");
    let mut baked = [
        head,
        on_root,
        "><openbadges:credential",
        on_element,
        "><![CDATA[",
        &json,
        "]]></openbadges:credential>",
    ]
    .concat();
    if drawing.is_empty {
        baked.push_str(&format!("</{}>", drawing.name));
    }
    baked.push_str(before);
    baked.push_str(after);
    Ok(baked.into_bytes())
}

/// The credential baked into `picture`, as it stands there; `None` when there is none.
///
/// It may stand anywhere in the drawing, as CDATA or escaped, but once. Nothing is resolved beyond XML's own five entities.
pub fn read(picture: &[u8]) -> Result<Option<Vec<u8>>, BakedError> {
    let drawing = Drawing::read(text_of(picture)?)?;
    Ok(drawing.credential.map(|(_, text)| text.into_bytes()))
}

fn text_of(picture: &[u8]) -> Result<&str, BakedError> {
    check_picture(picture)?;
    let text = str::from_utf8(picture).map_err(|_| BakedError::OtherKind(KIND))?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Whether XML 1.0 has the character and hands it on unchanged.
fn is_kept(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// What the prefix `openbadges` stands for on the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prefix {
    Ours,
    Others,
}

/// An SVG, as far as baking cares.
#[derive(Debug, Default)]
struct Drawing {
    /// Where the root's start tag stands.
    tag: Range<usize>,
    /// The root's name.
    name: String,
    /// Whether the root is one tag, `<svg/>`.
    is_empty: bool,
    declares: Option<Prefix>,
    /// The element's place and its text.
    credential: Option<(Range<usize>, String)>,
}

impl Drawing {
    fn read(text: &str) -> Result<Self, BakedError> {
        let mut reader = NsReader::from_str(text);
        let position = |reader: &NsReader<_>| usize::try_from(reader.buffer_position());
        let mut drawing = Self::default();
        let mut open: Option<Element> = None;
        let mut depth = 0_usize;
        loop {
            let start = position(&reader).map_err(|_| DAMAGED)?;
            let event = reader.read_event().map_err(|_| DAMAGED)?;
            let place = start..position(&reader).map_err(|_| DAMAGED)?;
            match (event, &mut open) {
                (Event::Eof, _) if depth == 0 && !drawing.name.is_empty() => return Ok(drawing),
                (Event::Eof, _) => return Err(drawing.unfinished()),
                (Event::DocType(_), _) => return Err(BakedError::DocumentType),
                (Event::Start(_) | Event::Empty(_), Some(_)) => {
                    return Err(BakedError::Malformed("an element stands inside it"));
                }
                (Event::Start(tag), None) => {
                    open = drawing.begin(&reader, &tag, depth, place)?;
                    depth += 1;
                }
                (Event::Empty(tag), None) => {
                    if let Some(element) = drawing.begin(&reader, &tag, depth, place.clone())? {
                        drawing.finish(element, place.end)?;
                    }
                    drawing.is_empty |= depth == 0;
                }
                (Event::End(_), _) => {
                    depth = depth.checked_sub(1).ok_or(DAMAGED)?;
                    if let Some(element) = open.take() {
                        drawing.finish(element, place.end)?;
                    }
                }
                (event, Some(element)) => element.add(&event)?,
                (_, None) => {}
            }
        }
    }

    /// A tag begins: the root's, a credential's, which is returned, or any other.
    fn begin(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart<'_>,
        depth: usize,
        place: Range<usize>,
    ) -> Result<Option<Element>, BakedError> {
        let local = tag.local_name();
        let is_in = |namespace| {
            let (found, _) = reader.resolver().resolve_element(tag.name());
            found == ResolveResult::Bound(Namespace(namespace))
        };
        if depth == 0 {
            if !self.name.is_empty() {
                return Err(DAMAGED);
            }
            if local.into_inner() != "svg" || !is_in(SVG) {
                return Err(BakedError::OtherKind(KIND));
            }
            self.name = tag.name().0.to_owned();
            self.tag = place;
            self.declares = declared(tag)?;
            return Ok(None);
        }
        if local.into_inner() != ELEMENT {
            return Ok(None);
        }
        // Baking declares the prefix on the root, so one that means nothing would come to mean something.
        let (found, _) = reader.resolver().resolve_element(tag.name());
        if matches!(found, ResolveResult::Unknown(_)) {
            return Err(DAMAGED);
        }
        if !is_in(OPEN_BADGES) {
            return Ok(None);
        }
        if self.credential.is_some() {
            return Err(BakedError::Several);
        }
        Ok(Some(Element {
            start: place.start,
            is_compact: tag
                .try_get_attribute(COMPACT)
                .map_err(|_| DAMAGED)?
                .is_some(),
            ..Element::default()
        }))
    }

    fn finish(&mut self, element: Element, end: usize) -> Result<(), BakedError> {
        let place = element.start..end;
        self.credential = Some((place, element.text()?));
        Ok(())
    }

    fn unfinished(&self) -> BakedError {
        match self.name.is_empty() {
            true => BakedError::OtherKind(KIND),
            false => DAMAGED,
        }
    }
}

fn declared(root: &BytesStart<'_>) -> Result<Option<Prefix>, BakedError> {
    let attribute = root.try_get_attribute(DECLARATION).map_err(|_| DAMAGED)?;
    Ok(
        attribute.map(|attribute| match &*attribute.value == OPEN_BADGES {
            true => Prefix::Ours,
            false => Prefix::Others,
        }),
    )
}

/// The credential's element while it is read.
#[derive(Debug, Default)]
struct Element {
    start: usize,
    is_compact: bool,
    /// All its text.
    all: String,
    /// The text of its CDATA sections.
    cdata: String,
    /// Whether anything but white space stands outside of them.
    has_more: bool,
}

impl Element {
    fn add(&mut self, event: &Event<'_>) -> Result<(), BakedError> {
        match event {
            Event::Text(text) => {
                let text = text.xml10_content();
                self.has_more |= !text.trim().is_empty();
                self.all.push_str(&text);
            }
            Event::CData(text) => {
                let text = text.xml10_content();
                self.all.push_str(&text);
                self.cdata.push_str(&text);
            }
            Event::GeneralRef(reference) => {
                self.has_more = true;
                referred(reference, &mut self.all)?;
            }
            _ => {}
        }
        match self.all.len() > CREDENTIAL_BYTES.saturating_mul(2) {
            true => Err(BakedError::CredentialTooLarge),
            false => Ok(()),
        }
    }

    /// The JSON: white space around CDATA is layout, that around escaped text too.
    fn text(self) -> Result<String, BakedError> {
        let text = match self.has_more {
            false => self.cdata,
            true => self.all.trim().to_owned(),
        };
        match (text.is_empty(), self.is_compact) {
            (true, true) => Err(BakedError::Malformed(
                "it is a compact JWT, which is not read",
            )),
            _ if text.len() > CREDENTIAL_BYTES => Err(BakedError::CredentialTooLarge),
            _ => Ok(text),
        }
    }
}

fn referred(reference: &BytesRef<'_>, out: &mut String) -> Result<(), BakedError> {
    const UNKNOWN: BakedError = BakedError::Malformed("it holds an entity that XML does not have");
    if let Some(c) = reference.resolve_char_ref().map_err(|_| UNKNOWN)? {
        out.push(c);
        return Ok(());
    }
    let name = reference.xml_content(XmlVersion::Explicit1_0);
    out.push_str(resolve_predefined_entity(&name).ok_or(UNKNOWN)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: &str = "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>\n";

    fn drawing(inside: &str) -> String {
        format!("<svg xmlns=\"{SVG}\" xmlns:openbadges=\"{OPEN_BADGES}\">{inside}</svg>")
    }

    fn element(inside: &str) -> String {
        format!("<openbadges:credential>{inside}</openbadges:credential>")
    }

    proptest! {
        #[test]
        fn what_is_baked_is_read_and_baking_again_replaces_it(
            first in "(\\PC|[\n\t]|\\]\\]>|&amp;|<|\\]){0,80}",
            second in "(\\PC|\\]\\]>){0,80}",
        ) {
            let once = bake(PLAIN.as_bytes(), &first).unwrap();
            prop_assert_eq!(read(&once).unwrap(), Some(first.into_bytes()));
            let twice = bake(&once, &second).unwrap();
            prop_assert_eq!(&twice, &bake(PLAIN.as_bytes(), &second).unwrap());
            prop_assert_eq!(read(&twice).unwrap(), Some(second.into_bytes()));
        }
    }

    #[test]
    fn the_element_is_the_first_child_and_the_rest_is_kept() {
        let baked = String::from_utf8(bake(PLAIN.as_bytes(), "[\"]]>\"]").unwrap()).unwrap();
        let wanted = PLAIN.replace(
            "viewBox=\"0 0 1 1\">",
            "viewBox=\"0 0 1 1\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"><openbadges:credential><![CDATA[[\"]]]]><![CDATA[>\"]]]></openbadges:credential>",
        );
        assert_eq!(baked, wanted);
        let empty = bake(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "{}").unwrap();
        assert!(empty.ends_with(b"</openbadges:credential></svg>"));
        let other = "<s:svg xmlns:s='http://www.w3.org/2000/svg' xmlns:openbadges='urn:x' />";
        let other = bake(other.as_bytes(), "{}").unwrap();
        assert_eq!(read(&other), Ok(Some(b"{}".to_vec())));
        assert!(other.ends_with(b"</s:svg>"));
        assert_eq!(bake(&other, "{}"), Ok(other));
    }

    #[test]
    fn other_peoples_badges_are_read() {
        let text = |inside: &str| read(drawing(inside).as_bytes()).unwrap();
        let wanted = Some(b"{\"a b\":\"<\"}".to_vec());
        assert_eq!(text(&element("\n <![CDATA[{\"a b\":\"<\"}]]>\n")), wanted);
        assert_eq!(
            text(&element(" {&quot;a b&quot;:&quot;&#60;&#x22;} ")),
            wanted
        );
        assert_eq!(
            text(&format!("<g>{}</g>", element("{\"a b\":\"&lt;\"}"))),
            wanted
        );
        let own = format!("<b:credential xmlns:b='{OPEN_BADGES}'>{{}}</b:credential>");
        assert_eq!(read(drawing(&own).as_bytes()), Ok(Some(b"{}".to_vec())));
        for other in [
            "",
            "<credential>{}</credential>",
            "<x:credential xmlns:x='urn:x'>{}</x:credential>",
        ] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[test]
    fn hostile_drawings_are_refused_with_a_reason() {
        let malformed = BakedError::Malformed;
        let one = element("<![CDATA[{}]]>");
        let long = element(&format!("<![CDATA[{}]]>", " ".repeat(CREDENTIAL_BYTES + 1)));
        let deep = drawing(&"<g>".repeat(70_000));
        let prefixes: String = (0..5_000).map(|i| format!("<g xmlns:p{i}='u'>")).collect();
        let doctype = format!("<!DOCTYPE svg [<!ENTITY a \"b\">]>{}", drawing(&one));
        for (text, wanted) in [
            (String::new(), BakedError::OtherKind(KIND)),
            ("<html/>".to_owned(), BakedError::OtherKind(KIND)),
            ("<svg/>".to_owned(), BakedError::OtherKind(KIND)),
            (doctype, BakedError::DocumentType),
            (drawing(&one.repeat(2)), BakedError::Several),
            (drawing(&format!("{one}<g>{one}</g>")), BakedError::Several),
            (drawing(&long), BakedError::CredentialTooLarge),
            (
                drawing(&element(&"&amp;".repeat(3 << 20))),
                BakedError::CredentialTooLarge,
            ),
            (
                drawing(&element("<g/>")),
                malformed("an element stands inside it"),
            ),
            (
                drawing(&element("&a;")),
                malformed("it holds an entity that XML does not have"),
            ),
            (
                drawing(&element("&#0;")),
                malformed("it holds an entity that XML does not have"),
            ),
            (
                drawing("<openbadges:credential verify='e.y.J'/>"),
                malformed("it is a compact JWT, which is not read"),
            ),
            (drawing("<g>"), DAMAGED),
            (drawing("<b:credential>{}</b:credential>"), DAMAGED),
            (drawing("<g></h>"), DAMAGED),
            (drawing("</svg><svg>"), DAMAGED),
            (drawing(&one).repeat(2), DAMAGED),
            (deep, DAMAGED),
            (drawing(&prefixes), DAMAGED),
        ] {
            let shown: String = text.chars().take(120).collect();
            assert_eq!(read(text.as_bytes()), Err(wanted), "{shown}");
        }
        assert_eq!(read(b"\xff\xfe<\0"), Err(BakedError::OtherKind(KIND)));
    }

    #[test]
    fn what_xml_would_change_is_not_baked() {
        for character in ['\0', '\r', '\u{1f}', '\u{ffff}'] {
            let baked = bake(PLAIN.as_bytes(), &format!("{{{character}}}"));
            assert_eq!(baked, Err(BakedError::Character(character)));
        }
    }
}
