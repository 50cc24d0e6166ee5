//! The JSON files attached to a PDF: named in the document's tree of embedded files, or associated by `/AF`.

use std::collections::HashSet;

use lopdf::{DecompressError, Dictionary, Document, Error, Object, ObjectId, Stream};

use super::super::error::{ScanError, displayable};
use super::super::limits::{
    MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_EMBEDDED_FILES, MAX_NAME_TREE_NODES,
};

/// One attached file that looks like JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name, made safe to show; empty when it has none.
    pub name: String,
    /// What the file says of its part in the document (`AFRelationship`, e.g. `Source`), made safe to show.
    pub relationship: Option<String>,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// All attached JSON files, each once, in the order: name tree, document, pages.
pub(super) fn attached(document: &Document) -> Result<Vec<Attachment>, ScanError> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for specification in specifications(document)? {
        let Some((id, stream)) = embedded(document, specification) else {
            continue;
        };
        if id.is_some_and(|id| !seen.insert(id)) {
            continue;
        }
        if let Some(attachment) = json(document, specification, stream)? {
            if found.len() == MAX_ATTACHMENTS {
                return Err(ScanError::TooManyAttachments {
                    limit: MAX_ATTACHMENTS,
                });
            }
            found.push(attachment);
        }
    }
    Ok(found)
}

/// The file specifications of the document, still with repeats.
fn specifications(document: &Document) -> Result<Vec<&Dictionary>, ScanError> {
    let Ok(catalog) = document.catalog() else {
        return Ok(Vec::new());
    };
    let mut objects = Vec::new();
    if let Some(root) =
        dictionary(document, catalog, b"Names").and_then(|names| names.get(b"EmbeddedFiles").ok())
    {
        name_tree(document, root, &mut objects)?;
    }
    let pages = document
        .page_iter()
        .filter_map(|page| document.get_dictionary(page).ok());
    for owner in std::iter::once(catalog).chain(pages) {
        let files = owner
            .get(b"AF")
            .ok()
            .and_then(|files| resolved(document, files))
            .and_then(|files| files.as_array().ok());
        objects.extend(files.into_iter().flatten());
        bounded(objects.len(), MAX_EMBEDDED_FILES)?;
    }
    Ok(objects
        .into_iter()
        .filter_map(|object| resolved(document, object)?.as_dict().ok())
        .collect())
}

/// Walks the tree without recursion; a node that was visited is not visited again.
fn name_tree<'a>(
    document: &'a Document,
    root: &'a Object,
    files: &mut Vec<&'a Object>,
) -> Result<(), ScanError> {
    let mut waiting = vec![root];
    let mut visited: HashSet<ObjectId> = HashSet::new();
    let mut nodes = 0;
    while let Some(node) = waiting.pop() {
        nodes += 1;
        bounded(nodes, MAX_NAME_TREE_NODES)?;
        if node.as_reference().is_ok_and(|id| !visited.insert(id)) {
            continue;
        }
        let Some(node) = resolved(document, node).and_then(|node| node.as_dict().ok()) else {
            continue;
        };
        let array = |key: &[u8]| {
            node.get(key)
                .ok()
                .and_then(|list| resolved(document, list)?.as_array().ok())
        };
        if let Some(pairs) = array(b"Names") {
            bounded(files.len() + pairs.len() / 2, MAX_EMBEDDED_FILES)?;
            files.extend(pairs.iter().skip(1).step_by(2));
        }
        if let Some(kids) = array(b"Kids") {
            bounded(waiting.len() + kids.len(), MAX_NAME_TREE_NODES)?;
            waiting.extend(kids.iter().rev());
        }
    }
    Ok(())
}

fn bounded(count: usize, limit: usize) -> Result<(), ScanError> {
    if count > limit {
        Err(ScanError::TooManyAttachments { limit })
    } else {
        Ok(())
    }
}

fn embedded<'a>(
    document: &'a Document,
    specification: &'a Dictionary,
) -> Option<(Option<ObjectId>, &'a Stream)> {
    let files = dictionary(document, specification, b"EF")?;
    let file = files.get(b"F").or_else(|_| files.get(b"UF")).ok()?;
    let (id, object) = document.dereference(file).ok()?;
    Some((id, object.as_stream().ok()?))
}

/// The attachment when its name, its type or its first character says JSON.
fn json(
    document: &Document,
    specification: &Dictionary,
    stream: &Stream,
) -> Result<Option<Attachment>, ScanError> {
    let text = |key: &[u8]| {
        specification
            .get(key)
            .ok()
            .and_then(|name| resolved(document, name))
            .and_then(written)
    };
    let name = displayable(&text(b"UF").or_else(|| text(b"F")).unwrap_or_default());
    let media_type = stream
        .dict
        .get(b"Subtype")
        .ok()
        .and_then(|media_type| media_type.as_name().ok())
        .unwrap_or_default();
    let says_json = name.to_ascii_lowercase().ends_with(".json")
        || media_type.to_ascii_lowercase().ends_with(b"json");
    let bytes = match stream.get_plain_content_with_limit(MAX_ATTACHMENT_BYTES) {
        Ok(bytes) => bytes,
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) if says_json => {
            return Err(ScanError::AttachmentTooLarge {
                name,
                limit: MAX_ATTACHMENT_BYTES,
            });
        }
        Err(_) if says_json => return Err(ScanError::DamagedEntry { name }),
        Err(_) => return Ok(None),
    };
    if !says_json && bytes.trim_ascii_start().first() != Some(&b'{') {
        return Ok(None);
    }
    let relationship = specification
        .get(b"AFRelationship")
        .ok()
        .and_then(|name| name.as_name().ok());
    let relationship = relationship.map(|name| displayable(&String::from_utf8_lossy(name)));
    Ok(Some(Attachment {
        name,
        relationship,
        bytes,
    }))
}

fn written(object: &Object) -> Option<String> {
    lopdf::decode_text_string(object).ok()
}

fn dictionary<'a>(
    document: &'a Document,
    owner: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    resolved(document, owner.get(key).ok()?)?.as_dict().ok()
}

fn resolved<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}
