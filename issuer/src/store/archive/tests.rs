//! Tests of archives: what goes in comes out, and each fault has its own error.

use std::io;

use proptest::prelude::*;

use super::*;
use crate::store::memory::MemoryStore;

const MADE: &str = "2026-03-01T08:00:00Z";

fn passphrase() -> Passphrase {
    Passphrase::new("four graduates parked quietly".to_owned()).with_work_factor(2)
}

fn filled(records: u32) -> MemoryStore {
    let store = MemoryStore::new();
    for number in 0..records {
        let collection = Collection::ALL[number as usize % Collection::ALL.len()];
        let value = if number % 3 == 0 {
            vec![0xff; 3000]
        } else {
            format!("{{\"n\": {number}}}\n").into_bytes()
        };
        let puts = vec![(Key::new(collection, number.to_be_bytes()), value)];
        store
            .commit(Commit {
                puts,
                ..Commit::default()
            })
            .unwrap();
    }
    store
}

fn everything(store: &dyn Store) -> Vec<Vec<(Vec<u8>, Vec<u8>)>> {
    Collection::ALL
        .iter()
        .map(|collection| store.scan(*collection, b"", None, usize::MAX).unwrap())
        .collect()
}

fn archive(store: &dyn Store) -> Vec<u8> {
    let mut file = Vec::new();
    write_archive(store, &passphrase(), MADE, &mut file).unwrap();
    file
}

/// An archive with these lines inside, whatever they say.
fn sealed(lines: &[u8]) -> Vec<u8> {
    let mut recipient = scrypt::Recipient::new(passphrase().words);
    recipient.set_work_factor(2);
    let encryptor =
        Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut out = encryptor.wrap_output(Vec::new()).unwrap();
    out.write_all(lines).unwrap();
    out.finish().unwrap()
}

fn opened(file: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    Reader::open(file, &passphrase())
        .unwrap()
        .input
        .read_to_end(&mut text)
        .unwrap();
    text
}

#[test]
fn what_goes_in_comes_out() {
    for records in [0, 1, 2000] {
        let store = filled(records);
        let mut file = Vec::new();
        let contents = write_archive(&store, &passphrase(), MADE, &mut file).unwrap();
        assert_eq!(
            (contents.made.as_str(), contents.records),
            (MADE, u64::from(records))
        );
        assert_eq!(check_archive(&file[..], &passphrase()).unwrap(), contents);
        let restored = MemoryStore::new();
        assert_eq!(
            read_archive(&file[..], &passphrase(), &restored).unwrap(),
            contents
        );
        assert_eq!(everything(&restored), everything(&store));
    }
}

#[test]
fn an_archive_is_readable_lines() {
    let store = MemoryStore::new();
    let puts = vec![(
        Key::new(Collection::Course, *b"CS-1"),
        b"{\"name\":\"Forensics\"}".to_vec(),
    )];
    store
        .commit(Commit {
            puts,
            ..Commit::default()
        })
        .unwrap();
    let text = String::from_utf8(opened(&archive(&store))).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"header":{"format":1,"made":"2026-03-01T08:00:00Z"}}"#
    );
    let record = r#"{"record":{"collection":"course","id":"Q1MtMQ","value":{"text":"{\"name\":\"Forensics\"}"}}}"#;
    assert_eq!(lines[1], record);
    assert!(lines[2].starts_with(r#"{"trailer":{"records":1,"sha256":""#));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_target_with_records_is_left_alone() {
    let (file, target) = (archive(&filled(5)), filled(1));
    assert!(matches!(
        read_archive(&file[..], &passphrase(), &target),
        Err(ArchiveError::NotEmpty)
    ));
    assert_eq!(everything(&target), everything(&filled(1)));
}

#[test]
fn a_wrong_passphrase_says_so() {
    let wrong = Passphrase::new("four graduates parked loudly".to_owned());
    let result = check_archive(&archive(&filled(5))[..], &wrong);
    assert!(
        matches!(result, Err(ArchiveError::WrongPassphrase)),
        "{result:?}"
    );
}

#[test]
fn too_much_work_is_refused_before_it_is_done() {
    let file = archive(&filled(1));
    let at = file
        .windows(3)
        .position(|window| window == b" 2\n")
        .unwrap();
    let greedy = [&file[..at], b" 40", &file[at + 2..]].concat();
    let result = check_archive(&greedy[..], &passphrase());
    assert!(
        matches!(
            result,
            Err(ArchiveError::TooMuchWork {
                required: 40,
                limit: MAX_WORK
            })
        ),
        "{result:?}"
    );
}

#[test]
fn every_cut_is_noticed() {
    let file = archive(&filled(200));
    for octets in (0..file.len()).step_by(997).chain([file.len() - 1]) {
        let result = check_archive(&file[..octets], &passphrase());
        let noticed = matches!(
            result,
            Err(ArchiveError::NotAnArchive | ArchiveError::Broken { .. })
        );
        assert!(noticed, "cut at {octets}: {result:?}");
    }
}

#[test]
fn every_changed_octet_is_noticed() {
    let file = archive(&filled(50));
    for at in (0..file.len()).step_by(101).chain([file.len() - 1]) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(
            check_archive(&changed[..], &passphrase()).is_err(),
            "octet {at}"
        );
    }
}

#[test]
fn a_late_fault_tells_what_was_written() {
    let file = archive(&filled(2000));
    let target = MemoryStore::new();
    let error = read_archive(&file[..file.len() - 1], &passphrase(), &target).unwrap_err();
    let written = everything(&target).iter().map(Vec::len).sum::<usize>() as u64;
    match error {
        ArchiveError::Partial {
            written: told,
            source,
        } => {
            assert_eq!(told, written);
            assert!(matches!(*source, ArchiveError::Broken { .. }));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn faults_inside_are_named_with_their_line() {
    let text = opened(&archive(&filled(3)));
    let lines: Vec<&[u8]> = text.split_inclusive(|octet| *octet == b'\n').collect();
    let [header, a, b, c, trailer] = lines[..] else {
        panic!("five lines")
    };
    let cases: [(&[&[u8]], u64, Fault); 9] = [
        (&[a, b, c, trailer], 1, Fault::Header),
        (&[header, header, a, b, c, trailer], 2, Fault::Order),
        (&[header, b, a, c, trailer], 3, Fault::Order),
        (&[header, a, a, b, c, trailer], 3, Fault::Order),
        (&[header, a, b, trailer], 4, Fault::Sum),
        (&[header, a, b, c], 5, Fault::End),
        (&[header, a, &b[..10]], 3, Fault::End),
        (&[header, a, b"{}\n", c, trailer], 3, Fault::Form),
        (&[header, a, b, c, trailer, trailer], 6, Fault::Trailing),
    ];
    for (parts, at, expected) in cases {
        match check_archive(&sealed(&parts.concat())[..], &passphrase()) {
            Err(ArchiveError::Malformed { line, fault }) => {
                assert_eq!((line, fault), (at, expected))
            }
            other => panic!("{expected:?}: {other:?}"),
        }
    }
}

#[test]
fn a_newer_format_is_refused() {
    let newer =
        sealed(b"{\"header\":{\"format\":2,\"made\":\"x\",\"cipher\":\"new\"},\"more\":1}\n");
    let result = check_archive(&newer[..], &passphrase());
    assert!(
        matches!(result, Err(ArchiveError::Newer { found: 2, known: 1 })),
        "{result:?}"
    );
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(octets.len())
                .ok_or(io::ErrorKind::StorageFull)?;
            Ok(octets.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for room in [0, 10, 5_000, 100_000] {
        let result = write_archive(&filled(500), &passphrase(), MADE, Full(room));
        assert!(
            matches!(result, Err(ArchiveError::Write(_))),
            "room {room}: {result:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_octets_are_an_error(octets in prop::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(check_archive(&octets[..], &passphrase()).is_err());
    }

    #[test]
    fn arbitrary_text_inside_is_an_error(octets in prop::collection::vec(any::<u8>(), 0..2000), lines: bool) {
        let header: &[u8] = b"{\"header\":{\"format\":1,\"made\":\"x\"}}\n";
        let text = if lines { [header, &octets].concat() } else { octets };
        prop_assert!(check_archive(&sealed(&text)[..], &passphrase()).is_err());
    }

    #[test]
    fn any_record_reads_back(id in prop::collection::vec(any::<u8>(), 1..=512),
                             value in prop_oneof![prop::collection::vec(any::<u8>(), 0..300),
                                                  ".{0,300}".prop_map(String::into_bytes)]) {
        let key = Key::new(Collection::Audit, id);
        let text = Line::record(&key, value.clone()).encode().unwrap();
        prop_assert!(text.len() as u64 <= 2 * value.len() as u64 + 4096);
        match Line::decode(&text).unwrap() {
            Line::Record { collection, id, value: found } =>
                prop_assert_eq!(line::decoded(collection, &id, found).unwrap(), (key, value)),
            other => panic!("{other:?}"),
        }
    }
}
