//! The size that a JPEG 2000 or JBIG2 picture gives itself, read before anything is decoded.

/// Width and height in the first SIZ marker of a JPEG 2000 code stream (ISO/IEC 15444-1 A.5.1), in pixels of the reference grid.
pub(super) fn jpeg_2000(bytes: &[u8]) -> Option<(u64, u64)> {
    const START_AND_SIZE: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];
    let mut starts = bytes
        .windows(START_AND_SIZE.len())
        .enumerate()
        .filter(|(_, window)| *window == START_AND_SIZE);
    let (start, _) = starts.next()?;
    if starts.next().is_some() {
        return None; // which one a decoder takes is not told
    }
    let field = |offset: usize| be32(bytes, start + offset).map(u64::from);
    Some((field(8)?, field(12)?))
}

/// The most pixels that any page or region of an embedded JBIG2 stream gives itself (ITU-T T.88 7.2 and 7.4);
/// `None` when its segments cannot be followed to the end.
pub(super) fn jbig2_largest(bytes: &[u8]) -> Option<u64> {
    let mut rest = bytes;
    let mut largest = 0;
    while !rest.is_empty() {
        let (segment, after) = jbig2_segment(rest)?;
        largest = largest.max(segment);
        rest = after;
    }
    Some(largest)
}

/// The pixels of the first segment, and what follows it.
fn jbig2_segment(bytes: &[u8]) -> Option<(u64, &[u8])> {
    const PAGE_INFORMATION: u8 = 48;
    const UNKNOWN: u32 = u32::MAX;
    let number = be32(bytes, 0)?;
    let flags = *bytes.get(4)?;
    let short_count = bytes.get(5)? >> 5;
    let (referred, list_at) = match short_count {
        7 => {
            let count = usize::try_from(be32(bytes, 5)? & 0x1fff_ffff).ok()?;
            (count, 9 + (count + 1).div_ceil(8))
        }
        count => (usize::from(count), 6),
    };
    let reference_bytes = if number <= 256 {
        1
    } else if number <= 65_536 {
        2
    } else {
        4
    };
    let page_bytes = if flags & 0x40 == 0 { 1 } else { 4 };
    let length_at = list_at
        .checked_add(referred.checked_mul(reference_bytes)?)?
        .checked_add(page_bytes)?;
    let length = be32(bytes, length_at)?;
    let data = bytes.get(length_at + 4..)?;
    let kind = flags & 0x3f;
    let is_region = matches!(kind, 4 | 6 | 7 | 20 | 22 | 23 | 36 | 38 | 39 | 40 | 42 | 43);
    let pixels = if is_region || kind == PAGE_INFORMATION {
        let height = match be32(data, 4)? {
            UNKNOWN if kind == PAGE_INFORMATION => 0, // a striped page grows by its regions
            height => height,
        };
        u64::from(be32(data, 0)?) * u64::from(height)
    } else {
        0
    };
    let after = if length == UNKNOWN {
        &[]
    } else {
        data.get(usize::try_from(length).ok()?..)?
    };
    Some((pixels, after))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    field.try_into().ok().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_size_of_jpeg_2000() {
        let mut stream = b"boxes before\xff\x4f\xff\x51\x00\x2f\x00\x00".to_vec();
        stream.extend([0, 0, 4, 0, 0, 0, 3, 0]);
        assert_eq!(jpeg_2000(&stream), Some((1024, 768)));
        assert_eq!(jpeg_2000(&stream.repeat(2)), None);
        assert_eq!(jpeg_2000(b"\xff\x4f\xff\x51\x00\x2f\x00\x00\x00"), None);
    }

    #[test]
    fn follows_jbig2_segments() {
        let page = [
            &[0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19][..],
            &[0, 0, 0, 100, 0, 0, 0, 50],
            &[0; 11],
        ]
        .concat();
        let region = [
            &[0, 0, 0, 1, 38, 0, 1, 0, 0, 0, 18][..],
            &[0, 1, 0, 0, 0, 1, 0, 0],
            &[0; 10],
        ]
        .concat();
        assert_eq!(jbig2_largest(&page), Some(5_000));
        assert_eq!(
            jbig2_largest(&[page.clone(), region].concat()),
            Some(1 << 32)
        );
        assert_eq!(jbig2_largest(&page[..20]), None);
    }
}
