//! PNG: an uncompressed `iTXt` chunk with the keyword `openbadgecredential` (Open Badges 3.0 §5.3.1).

use std::io::Read as _;

use flate2::Crc;
use flate2::read::ZlibDecoder;

use super::{BakedError, check_credential, check_picture};
use crate::limits::CREDENTIAL_BYTES;

const KIND: &str = "a PNG";
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const TEXT: [u8; 4] = *b"iTXt";
const HEADER: [u8; 4] = *b"IHDR";
const END: [u8; 4] = *b"IEND";
/// The keyword and the octet that ends it.
const KEYWORD: &[u8] = b"openbadgecredential\0";
/// After the keyword: not compressed, method 0, no language, no translated keyword.
const PLAIN: &[u8] = &[0, 0, 0, 0];
/// The longest chunk that PNG has.
const CHUNK_BYTES: u32 = i32::MAX.cast_unsigned();

/// `picture` with `credential` baked in after its header, in place of one that was.
///
/// Fails when the picture is no whole PNG, octets after its end included, or the credential is too large or holds U+0000.
pub fn bake(picture: &[u8], credential: &str) -> Result<Vec<u8>, BakedError> {
    check_picture(picture)?;
    check_credential(credential)?;
    if credential.contains('\0') {
        return Err(BakedError::Character('\0'));
    }
    let mut rest = picture
        .strip_prefix(SIGNATURE)
        .ok_or(BakedError::OtherKind(KIND))?;
    let mut baked = Vec::with_capacity(picture.len() + credential.len() + 64);
    baked.extend_from_slice(SIGNATURE);
    loop {
        let first = baked.len() == SIGNATURE.len();
        let chunk = Chunk::take(&mut rest).ok_or(BakedError::Damaged("it is cut short"))?;
        if !chunk.is_intact() {
            return Err(BakedError::Damaged("a checksum does not fit"));
        }
        if first != (chunk.kind == HEADER) {
            return Err(BakedError::Damaged("its header is not where it belongs"));
        }
        if chunk.credential().is_none() {
            baked.extend_from_slice(chunk.whole);
        }
        if first {
            write_chunk(&mut baked, credential)?;
        }
        if chunk.kind == END {
            break;
        }
    }
    match rest.is_empty() {
        true => Ok(baked),
        false => Err(BakedError::Damaged("something follows its end")),
    }
}

/// The credential baked into `picture`, as it stands there; `None` when there is none.
///
/// A compressed one is unpacked, up to the size of a credential. A picture that is cut short before any is for its decoder
/// to judge, and has none.
pub fn read(picture: &[u8]) -> Result<Option<Vec<u8>>, BakedError> {
    check_picture(picture)?;
    let mut rest = picture
        .strip_prefix(SIGNATURE)
        .ok_or(BakedError::OtherKind(KIND))?;
    let mut found = None;
    loop {
        let Some(chunk) = Chunk::take(&mut rest) else {
            let begins = rest.get(4..).and_then(|rest| rest.strip_prefix(&TEXT));
            let cut = begins.is_some_and(|rest| rest.starts_with(KEYWORD));
            return match cut || found.is_some() {
                true => Err(BakedError::Damaged("it is cut short")),
                false => Ok(None),
            };
        };
        if let Some(content) = chunk.credential() {
            if !chunk.is_intact() {
                return Err(BakedError::Damaged(
                    "the credential's checksum does not fit",
                ));
            }
            if found.replace(text(content)?).is_some() {
                return Err(BakedError::Several);
            }
        }
        if chunk.kind == END {
            return Ok(found);
        }
    }
}

/// What stands after the keyword → the text.
fn text(content: &[u8]) -> Result<Vec<u8>, BakedError> {
    let cut_short = BakedError::Malformed("the chunk is cut short");
    let [flag, method, rest @ ..] = content else {
        return Err(cut_short);
    };
    let mut parts = rest.splitn(3, |&octet| octet == 0);
    let (Some(_language), Some(_translated), Some(text)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(cut_short);
    };
    match (flag, method) {
        (0, _) if text.len() <= CREDENTIAL_BYTES => Ok(text.to_vec()),
        (0, _) => Err(BakedError::CredentialTooLarge),
        (1, 0) => inflate(text),
        _ => Err(BakedError::Malformed("it is compressed in an unknown way")),
    }
}

fn inflate(text: &[u8]) -> Result<Vec<u8>, BakedError> {
    let one_more = u64::try_from(CREDENTIAL_BYTES).map_or(u64::MAX, |most| most + 1);
    let mut inflated = Vec::new();
    let read = ZlibDecoder::new(text)
        .take(one_more)
        .read_to_end(&mut inflated);
    match read {
        Err(_) => Err(BakedError::Malformed("it does not unpack")),
        Ok(bytes) if bytes > CREDENTIAL_BYTES => Err(BakedError::CredentialTooLarge),
        Ok(_) => Ok(inflated),
    }
}

fn write_chunk(out: &mut Vec<u8>, credential: &str) -> Result<(), BakedError> {
    let data = [&TEXT, KEYWORD, PLAIN, credential.as_bytes()].concat();
    let length = u32::try_from(data.len() - TEXT.len());
    let length = length.map_err(|_| BakedError::CredentialTooLarge)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&data);
    out.extend_from_slice(&checksum(&data).to_be_bytes());
    Ok(())
}

/// CRC-32 over a chunk's kind and data.
fn checksum(octets: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(octets);
    crc.sum()
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    checksum: u32,
    /// Length, kind, data and checksum.
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// The chunk at the front of `rest`, which is left as it is when there is no whole one.
    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length);
        let length = usize::try_from(length)
            .ok()
            .filter(|_| length <= CHUNK_BYTES)?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (data, after) = after.split_at_checked(length)?;
        let (checksum, after) = after.split_first_chunk::<4>()?;
        let whole = rest.get(..rest.len() - after.len())?;
        *rest = after;
        Some(Self {
            kind: *kind,
            data,
            checksum: u32::from_be_bytes(*checksum),
            whole,
        })
    }

    fn is_intact(&self) -> bool {
        let covered = self.whole.get(4..4 + 4 + self.data.len());
        covered.is_some_and(|covered| checksum(covered) == self.checksum)
    }

    /// What stands after the keyword in a chunk that carries a credential.
    fn credential(&self) -> Option<&'a [u8]> {
        let text = (self.kind == TEXT).then_some(self.data)?;
        text.strip_prefix(KEYWORD)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let covered = [kind, data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &covered, &checksum(&covered).to_be_bytes()].concat()
    }

    /// One grey pixel.
    fn pixel() -> Vec<u8> {
        with(&[])
    }

    /// ... and further chunks before its data.
    fn with(chunks: &[Vec<u8>]) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&[0, 128]).unwrap();
        let header = chunk(&HEADER, &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        let end = [chunk(b"IDAT", &zlib.finish().unwrap()), chunk(&END, &[])];
        [SIGNATURE.to_vec(), header, chunks.concat(), end.concat()].concat()
    }

    fn ours(after_keyword: &[u8]) -> Vec<u8> {
        chunk(&TEXT, &[KEYWORD, after_keyword].concat())
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(vec![1, 0, 0, 0], Compression::best());
        zlib.write_all(text).unwrap();
        zlib.finish().unwrap()
    }

    proptest! {
        #[test]
        fn what_is_baked_is_read_and_baking_again_replaces_it(
            first in "[^\\x00]{0,200}",
            second in "[^\\x00]{0,200}",
        ) {
            let once = bake(&pixel(), &first).unwrap();
            prop_assert_eq!(read(&once).unwrap(), Some(first.into_bytes()));
            let twice = bake(&once, &second).unwrap();
            prop_assert_eq!(&twice, &bake(&pixel(), &second).unwrap());
            prop_assert_eq!(read(&twice).unwrap(), Some(second.into_bytes()));
        }
    }

    #[test]
    fn the_chunk_stands_after_the_header() {
        let baked = bake(&pixel(), "{}").unwrap();
        assert_eq!(baked, with(&[ours(b"\0\0\0\0{}")]));
        assert_eq!(&baked[37..41], b"iTXt");
    }

    #[test]
    fn languages_and_compression_are_read() {
        let credential = |after: &[u8]| read(&with(&[ours(after)]));
        assert_eq!(credential(b"\0\0sw\0beji\0{}"), Ok(Some(b"{}".to_vec())));
        assert_eq!(credential(&zlib(b"{}")), Ok(Some(b"{}".to_vec())));
        let other = chunk(&TEXT, b"openbadges\0\0\0\0\0{}");
        assert_eq!(read(&with(&[other])), Ok(None));
        assert_eq!(
            read(&[pixel(), ours(b"\0\0\0\0{}")].concat()),
            Ok(None),
            "after the end"
        );
    }

    #[test]
    fn hostile_pictures_are_refused_with_a_reason() {
        let whole = with(&[ours(b"\0\0\0\0{}")]);
        let mut other_checksum = whole.clone();
        other_checksum[70] ^= 1;
        let bomb = zlib(&vec![b' '; CREDENTIAL_BYTES + 1]);
        let plain = [b"\0\0\0\0".to_vec(), vec![b' '; CREDENTIAL_BYTES + 1]].concat();
        let malformed = |why| Err(BakedError::Malformed(why));
        let cut = Err(BakedError::Damaged("it is cut short"));
        for (picture, wanted) in [
            (b"GIF89a".to_vec(), Err(BakedError::OtherKind(KIND))),
            (
                with(&[ours(b"\0\0\0\0{}"), ours(b"\0\0\0\0{}")]),
                Err(BakedError::Several),
            ),
            (
                other_checksum,
                Err(BakedError::Damaged(
                    "the credential's checksum does not fit",
                )),
            ),
            (whole[..62].to_vec(), cut.clone()),
            (whole[..80].to_vec(), cut),
            (with(&[ours(&bomb)]), Err(BakedError::CredentialTooLarge)),
            (with(&[ours(&plain)]), Err(BakedError::CredentialTooLarge)),
            (
                with(&[ours(b"\x01\0\0\0not zlib")]),
                malformed("it does not unpack"),
            ),
            (
                with(&[ours(b"\x01\x01\0\0")]),
                malformed("it is compressed in an unknown way"),
            ),
            (
                with(&[ours(b"\0\0\0")]),
                malformed("the chunk is cut short"),
            ),
            (with(&[ours(b"")]), malformed("the chunk is cut short")),
            (with(&[vec![0xff; 12]]), Ok(None)),
            (pixel()[..40].to_vec(), Ok(None)),
        ] {
            assert_eq!(
                read(&picture),
                wanted,
                "{:?}",
                &picture[..picture.len().min(90)]
            );
        }
        assert!(matches!(
            read(&vec![0; crate::limits::FILE_BYTES + 1]),
            Err(BakedError::PictureTooLarge { .. })
        ));
    }

    #[test]
    fn only_whole_pictures_are_baked_into() {
        let mut flipped = pixel();
        flipped[20] ^= 1;
        let end_first = [SIGNATURE, &chunk(&END, &[])].concat();
        for picture in [
            b"GIF89a".to_vec(),
            flipped,
            end_first,
            pixel()[..40].to_vec(),
            [pixel(), vec![0]].concat(),
        ] {
            assert!(bake(&picture, "{}").is_err());
        }
        assert_eq!(bake(&pixel(), "\0"), Err(BakedError::Character('\0')));
        let long = " ".repeat(CREDENTIAL_BYTES + 1);
        assert_eq!(bake(&pixel(), &long), Err(BakedError::CredentialTooLarge));
    }
}
