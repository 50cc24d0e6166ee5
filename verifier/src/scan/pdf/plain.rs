//! A plain copy of a PDF, safe to draw: only what its pages need, nothing compressed but pictures of checked size.
//!
//! The drawing library inflates without a bound, so everything is inflated here against one budget. It then sees only what this file
//! wrote, so that the two cannot understand the same bytes differently.

use lopdf::{DecompressError, Dictionary, Document, Error, Object, Stream};

use super::super::error::ScanError;
use super::super::limits::{MAX_PDF_INFLATED_BYTES, MAX_PIXELS};
use super::{KIND, picture_size};

/// Entries that no picture of a page needs: text, attachments, structure, forms, scripts.
const UNNEEDED: [&[u8]; 14] = [
    b"Font",
    b"Names",
    b"AF",
    b"Metadata",
    b"PieceInfo",
    b"StructTreeRoot",
    b"Outlines",
    b"Dests",
    b"AcroForm",
    b"OpenAction",
    b"AA",
    b"A",
    b"Thumb",
    b"B",
];
/// Short forms that only pictures inside drawing commands may use; elsewhere they would contradict the long ones.
const SHORT_FORMS: [&[u8]; 8] = [
    b"F",
    b"DP",
    b"FFilter",
    b"FDecodeParms",
    b"W",
    b"H",
    b"BPC",
    b"D",
];

/// Writes the copy.
pub(super) fn copy(mut document: Document) -> Result<Vec<u8>, ScanError> {
    let root = document
        .trailer
        .get(b"Root")
        .cloned()
        .map_err(|_| ScanError::Damaged { kind: KIND })?;
    document.trailer = Dictionary::from_iter([("Root", root)]);
    for object in document.objects.values_mut() {
        strip(object);
    }
    document.prune_objects();
    let mut budget = MAX_PDF_INFLATED_BYTES;
    for id in document.objects.keys().copied().collect::<Vec<_>>() {
        if let Some(Object::Stream(stream)) = document.objects.get(&id) {
            let stream = inflated(&document, stream, &mut budget)?;
            document.objects.insert(id, Object::Stream(stream));
        }
    }
    let mut copy = Vec::new();
    document
        .save_to(&mut copy)
        .map_err(|_| ScanError::Damaged { kind: KIND })?;
    Ok(copy)
}

/// Takes the unneeded entries out of an object and of the dictionaries directly inside it.
fn strip(object: &mut Object) {
    match object {
        Object::Dictionary(dictionary) => strip_dictionary(dictionary),
        Object::Stream(stream) => {
            SHORT_FORMS
                .iter()
                .for_each(|key| drop(stream.dict.remove(key)));
            strip_dictionary(&mut stream.dict);
        }
        _ => {}
    }
}

fn strip_dictionary(dictionary: &mut Dictionary) {
    UNNEEDED.iter().for_each(|key| drop(dictionary.remove(key)));
    dictionary.iter_mut().for_each(|(_, value)| strip(value));
}

/// The filters left in the copy, as it names them.
pub(super) const PICTURE_FILTERS: [&[u8]; 4] = [
    b"DCTDecode",
    b"JPXDecode",
    b"JBIG2Decode",
    b"CCITTFaxDecode",
];

/// The filters that pictures keep; all others are undone here.
#[derive(Clone, Copy)]
enum PictureFilter {
    Jpeg,
    Jpeg2000,
    Jbig2,
    Fax,
}

/// One step of a stream's decoding with its parameters.
struct Step {
    filter: Vec<u8>,
    parameters: Object,
}

/// The stream with all compression undone except that of a picture. A stream that cannot be decoded becomes empty: what it
/// draws is lost, the rest of the page is not.
fn inflated(document: &Document, stream: &Stream, budget: &mut usize) -> Result<Stream, ScanError> {
    let mut steps = steps(document, &stream.dict);
    let picture = steps.last().and_then(|step| picture_filter(&step.filter));
    let kept = if picture.is_some() { steps.pop() } else { None };
    let content = match decoded(&steps, &stream.content, *budget) {
        Ok(content) => content,
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            return Err(ScanError::TooComplex {
                what: "bytes once unpacked",
                limit: MAX_PDF_INFLATED_BYTES as u64,
            });
        }
        Err(_) => Vec::new(),
    };
    *budget = budget.saturating_sub(content.len());
    let content = if fits(document, &stream.dict, picture, kept.as_ref(), &content) {
        content
    } else {
        Vec::new()
    };

    let mut dict = stream.dict.clone();
    dict.remove(b"DecodeParms");
    dict.remove(b"Filter");
    if let Some(Step { filter, parameters }) = kept {
        dict.set("Filter", Object::Name(filter));
        dict.set("DecodeParms", parameters);
    }
    Ok(Stream::new(dict, content))
}

fn steps(document: &Document, dict: &Dictionary) -> Vec<Step> {
    let list = |key: &[u8]| match dict
        .get(key)
        .ok()
        .and_then(|object| resolved(document, object))
    {
        Some(Object::Array(items)) => items
            .iter()
            .map(|item| resolved(document, item).cloned().unwrap_or(Object::Null))
            .collect(),
        Some(object) => vec![object.clone()],
        None => Vec::new(),
    };
    let parameters = list(b"DecodeParms");
    let filters = list(b"Filter").into_iter().enumerate();
    filters
        .map(|(index, filter)| Step {
            filter: filter.as_name().map(full_name).unwrap_or_default().to_vec(),
            parameters: parameters.get(index).cloned().unwrap_or(Object::Null),
        })
        .collect()
}

fn full_name(filter: &[u8]) -> &[u8] {
    match filter {
        b"Fl" => b"FlateDecode",
        b"LZW" => b"LZWDecode",
        b"A85" => b"ASCII85Decode",
        b"AHx" => b"ASCIIHexDecode",
        b"RL" => b"RunLengthDecode",
        b"DCT" => b"DCTDecode",
        b"CCF" => b"CCITTFaxDecode",
        other => other,
    }
}

fn picture_filter(filter: &[u8]) -> Option<PictureFilter> {
    match filter {
        b"DCTDecode" => Some(PictureFilter::Jpeg),
        b"JPXDecode" => Some(PictureFilter::Jpeg2000),
        b"JBIG2Decode" => Some(PictureFilter::Jbig2),
        b"CCITTFaxDecode" => Some(PictureFilter::Fax),
        _ => None,
    }
}

/// Undoes `steps`; picture filters and unknown ones among them are errors.
fn decoded(steps: &[Step], content: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut dict = Dictionary::new();
    if !steps.is_empty() {
        dict.set(
            "Filter",
            Object::Array(
                steps
                    .iter()
                    .map(|step| Object::Name(step.filter.clone()))
                    .collect(),
            ),
        );
        dict.set(
            "DecodeParms",
            Object::Array(steps.iter().map(|step| step.parameters.clone()).collect()),
        );
    }
    Stream::new(dict, content.to_vec()).get_plain_content_with_limit(limit)
}

/// Whether a picture's size, as the PDF and as the picture's own data say it, is within bounds; true of what is no picture.
fn fits(
    document: &Document,
    dict: &Dictionary,
    picture: Option<PictureFilter>,
    step: Option<&Step>,
    content: &[u8],
) -> bool {
    let size = |dict: &Dictionary, key: &[u8]| match dict
        .get(key)
        .ok()
        .and_then(|number| resolved(document, number))
    {
        Some(Object::Integer(number)) => u64::try_from(*number).unwrap_or(u64::MAX),
        Some(Object::Real(number)) => *number as u64,
        _ => 0,
    };
    let small = |width: u64, height: u64| width.saturating_mul(height) <= MAX_PIXELS;
    let (width, height) = (size(dict, b"Width"), size(dict, b"Height"));
    let fax_columns = || {
        step.and_then(|step| step.parameters.as_dict().ok())
            .map_or(0, |parameters| size(parameters, b"Columns"))
    };
    small(width, height)
        && match picture {
            None | Some(PictureFilter::Jpeg) => true, // the drawing library corrects a JPEG's size to that of the PDF
            Some(PictureFilter::Fax) => small(fax_columns(), height),
            Some(PictureFilter::Jpeg2000) => {
                picture_size::jpeg_2000(content).is_some_and(|(width, height)| small(width, height))
            }
            Some(PictureFilter::Jbig2) => {
                picture_size::jbig2_largest(content).is_some_and(|pixels| pixels <= MAX_PIXELS)
            }
        }
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}
