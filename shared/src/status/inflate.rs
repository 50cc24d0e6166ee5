//! DEFLATE (RFC 1951). By hand, bit by bit: a browser reads status lists too, and a library that is quick takes a tenth of
//! what its module may. A status list of a million entries is unpacked in about a millisecond all the same.

/// Symbols of the two codes, and the symbol that ends a block (§3.2.5).
const LENGTHS: usize = 286;
const DISTANCES: usize = 30;
const END: usize = 256;
/// The bits of the longest code.
const LONGEST: usize = 15;
/// In which order a block gives the lengths of its codes' codes (§3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The `size` octets that all of `packed` stands for; none when it stands for anything else.
pub(super) fn inflate(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { packed, read: 0 };
    let mut out = Out {
        octets: Vec::with_capacity(size),
        size,
    };
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out)?,
            1 => {
                let (literals, distances) = fixed()?;
                block(&mut bits, &mut out, &literals, &distances)?;
            }
            2 => {
                let (literals, distances) = described(&mut bits)?;
                block(&mut bits, &mut out, &literals, &distances)?;
            }
            _ => return None,
        }
        if is_last {
            let whole = out.octets.len() == size && bits.read.div_ceil(8) == packed.len();
            return whole.then_some(out.octets);
        }
    }
}

/// Bits from the lowest of each octet on (§3.1.1).
struct Bits<'a> {
    packed: &'a [u8],
    read: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for place in 0..count {
            let octet = *self.packed.get(self.read / 8)?;
            value |= usize::from(octet >> (self.read % 8) & 1) << place;
            self.read += 1;
        }
        Some(value)
    }

    /// The next symbol of `code`. Codes of one length are consecutive numbers, and follow those of the length before.
    fn symbol(&mut self, code: &Code) -> Option<usize> {
        let (mut number, mut first, mut before) = (0, 0, 0);
        for count in code.counts {
            number |= self.take(1)?;
            if number < first + count {
                return code.symbols.get(before + number - first).copied();
            }
            before += count;
            first = (first + count) << 1;
            number <<= 1;
        }
        None
    }
}

struct Out {
    octets: Vec<u8>,
    size: usize,
}

impl Out {
    fn push(&mut self, octet: u8) -> Option<()> {
        let room = self.octets.len() < self.size;
        room.then(|| self.octets.push(octet))
    }

    /// Once more what stands `distance` octets before, which may reach into what this writes.
    fn repeat(&mut self, distance: usize, length: usize) -> Option<()> {
        for _ in 0..length {
            let place = self.octets.len().checked_sub(distance)?;
            let octet = *self.octets.get(place)?;
            self.push(octet)?;
        }
        Some(())
    }
}

/// A prefix code (§3.2.2): how many symbols have a code of 1, 2, ... bits, and the symbols in the order of their codes.
struct Code {
    counts: [usize; LONGEST],
    symbols: Vec<usize>,
}

impl Code {
    /// The code in which each symbol has so many bits; 0 for one that does not occur. More codes than there can be are
    /// refused, and what is missing of them is when it occurs.
    fn new(lengths: &[usize]) -> Option<Self> {
        let mut symbols = Vec::new();
        let mut counts = [0; LONGEST];
        let mut free = 1;
        for (bits, count) in (1..).zip(&mut counts) {
            let mut all = lengths.iter().enumerate();
            let before = symbols.len();
            symbols.extend(all.by_ref().filter(|(_, of)| **of == bits).map(|(i, _)| i));
            *count = symbols.len() - before;
            free = usize::checked_sub(free * 2, *count)?;
        }
        Some(Self { counts, symbols })
    }
}

/// §3.2.4: octets as they are, after their number and its complement.
fn stored(bits: &mut Bits<'_>, out: &mut Out) -> Option<()> {
    bits.read = bits.read.next_multiple_of(8);
    let (length, complement) = (bits.take(16)?, bits.take(16)?);
    if length ^ complement != 0xffff {
        return None;
    }
    for _ in 0..length {
        out.push(u8::try_from(bits.take(8)?).ok()?)?;
    }
    Some(())
}

/// §3.2.6.
fn fixed() -> Option<(Code, Code)> {
    let bits = |symbol| match symbol {
        0..144 => 8,
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    };
    let literals: Vec<usize> = (0..288).map(bits).collect();
    Some((Code::new(&literals)?, Code::new(&[5; DISTANCES])?))
}

/// §3.2.7: the lengths of both codes, written in a third.
fn described(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    let literals = bits.take(5)? + 257;
    let distances = bits.take(5)? + 1;
    let given = bits.take(4)? + 4;
    let mut lengths = [0; ORDER.len()];
    for place in ORDER.into_iter().take(given) {
        *lengths.get_mut(place)? = bits.take(3)?;
    }
    let code = Code::new(&lengths)?;
    let mut lengths = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match bits.symbol(&code)? {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length, 1),
        };
        lengths.resize(lengths.len() + times, length);
    }
    let (of_literals, of_distances) = lengths.split_at_checked(literals)?;
    let fits = literals <= LENGTHS && of_distances.len() == distances;
    // A block that could not end is none.
    let ends = of_literals.get(END).is_some_and(|&length| length > 0);
    match fits && ends {
        true => Some((Code::new(of_literals)?, Code::new(of_distances)?)),
        false => None,
    }
}

/// §3.2.3: octets, and repetitions of what was written.
fn block(bits: &mut Bits<'_>, out: &mut Out, literals: &Code, distances: &Code) -> Option<()> {
    loop {
        let symbol = bits.symbol(literals)?;
        if let Ok(octet) = u8::try_from(symbol) {
            out.push(octet)?;
            continue;
        }
        let length = match symbol {
            END => return Some(()),
            285 => 258,
            _ if symbol >= LENGTHS => return None,
            _ => number(bits, symbol - END - 1, 4, 3)?,
        };
        let distance = match bits.symbol(distances)? {
            symbol if symbol < DISTANCES => number(bits, symbol, 2, 1)?,
            _ => return None,
        };
        out.repeat(distance, length)?;
    }
}

/// A length or distance (§3.2.5): from `least` on, with one more bit after it for every `each` symbols.
fn number(bits: &mut Bits<'_>, symbol: usize, each: usize, least: usize) -> Option<usize> {
    let Some(more) = (symbol / each).checked_sub(1) else {
        return Some(least + symbol);
    };
    Some(least + ((each + symbol % each) << more) + bits.take(more)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;

    use super::*;

    fn pack(octets: &[u8], level: u32) -> Vec<u8> {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::new(level));
        packed.write_all(octets).unwrap();
        packed.finish().unwrap()
    }

    /// What the library makes of it.
    fn by_library(packed: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut octets = vec![0; size + 1];
        let mut inflating = flate2::Decompress::new(false);
        let done = inflating
            .decompress(packed, &mut octets, flate2::FlushDecompress::Finish)
            .ok()?;
        octets.truncate(size);
        let whole =
            inflating.total_in() == packed.len() as u64 && inflating.total_out() == size as u64;
        (whole && done == flate2::Status::StreamEnd).then_some(octets)
    }

    #[test]
    fn every_length_and_distance_is_read() {
        for length in 3..=258 {
            let text: Vec<u8> = (0..600_u32).map(|i| (i * i / 3) as u8).collect();
            let twice = [&text[..length], &[255, 254, 253], &text[..length]].concat();
            assert_eq!(inflate(&pack(&twice, 9), twice.len()).unwrap(), twice);
        }
        let far: Vec<u8> = (0..40_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for distance in [1, 2, 3, 4, 5, 63, 1_000, 4_097, 24_577, 32_768] {
            let text = [&far[..distance], &far[..distance.min(200)]].concat();
            assert_eq!(inflate(&pack(&text, 9), text.len()).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_stream_is_refused() {
        // An unknown kind of block; a stored one whose complement is wrong; codes without an end, or with too many codes.
        for packed in [
            &[7][..],
            &[1, 1, 0, 0, 0, 9],
            &[5, 0, 0],
            &[5, 0, 255, 255, 255, 255],
            &[],
            &[3],
        ] {
            assert_eq!(inflate(packed, 1), None, "{packed:?}");
        }
        assert_eq!(inflate(&[3, 0], 0), Some(Vec::new()));
        assert_eq!(inflate(&[3, 0, 0], 0), None);
    }

    proptest! {
        #[test]
        fn what_was_packed_comes_out(octets in prop::collection::vec(0..40_u8, 0..5_000), level in 0..10_u32) {
            let packed = pack(&octets, level);
            prop_assert_eq!(inflate(&packed, octets.len()), Some(octets));
        }

        #[test]
        fn a_changed_stream_gives_what_the_library_gives(octets in prop::collection::vec(0..9_u8, 1..300), place in any::<prop::sample::Index>(), octet in any::<u8>(), level in 0..10_u32) {
            let mut packed = pack(&octets, level);
            let place = place.index(packed.len());
            packed[place] = octet;
            // The library takes more than the standard allows, such as codes that are not used to their end.
            if let Some(read) = inflate(&packed, octets.len()) {
                prop_assert_eq!(Some(read), by_library(&packed, octets.len()));
            }
        }

        #[test]
        fn whatever_comes_ends(packed in prop::collection::vec(any::<u8>(), 0..300), size in 0..5_000_usize) {
            if let Some(read) = inflate(&packed, size) {
                prop_assert_eq!(Some(read), by_library(&packed, size));
            }
        }
    }
}
