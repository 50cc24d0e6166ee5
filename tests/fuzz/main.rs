//! A short run of every fuzz target, the same in every run: inputs of the corpus as they are, then mutated.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of a test program are not recognised as tests"
)]

mod structure;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use cheti_tests::fuzz::{TARGETS, Target};
use cheti_tests::random::Random;

/// Inputs grow to at most this many octets.
const OCTETS: usize = 64 << 10;

/// Fragments that parsers treat specially.
const TOKENS: [&[u8]; 28] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b"null",
    b"-0",
    b"1e400",
    b"9007199254740993",
    b"{id}",
    b"{sig}",
    b"proof",
    b"@context",
    b"VerifiableCredential",
    b"did:web:",
    b"did:key:z6Mk",
    b"#",
    b"z",
    b"u",
    b"\x00",
    b"\xff",
    b"\xf0\x9f\x98\x80",
    b"-----",
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

fn inputs(target: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(corpus().join(target)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// One of the inputs, changed in one to six places.
fn mutated(inputs: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = random.pick(inputs).clone();
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        let length = random.below(16).min(input.len() - at);
        match random.below(8) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.bits() as u8,
            2 => drop(input.drain(at..at + length)),
            3 => input.truncate(at),
            4 => {
                let token = *random.pick(&TOKENS);
                input.splice(at..at, token.iter().copied());
            }
            5 => {
                let token = *random.pick(&TOKENS);
                input.splice(at..at + length, token.iter().copied());
            }
            6 => {
                let copied = input[at..at + length].repeat(1 + random.below(8));
                input.splice(at..at, copied);
            }
            _ => {
                let other = random.pick(inputs);
                let from = random.below(other.len() + 1);
                input.splice(at.., other[from..].iter().copied());
            }
        }
    }
    input.truncate(OCTETS);
    input
}

/// How many inputs are tried: `CHETI_FUZZ_ROUNDS` asks for a longer run than the one of every day.
fn rounds(target: Target) -> usize {
    let asked = std::env::var("CHETI_FUZZ_ROUNDS").ok();
    asked.map_or(target.smoke, |rounds| rounds.parse().unwrap())
}

fn run(target: Target) {
    let inputs = inputs(target.name);
    assert!(!inputs.is_empty(), "{}: no inputs", target.name);
    let mut random = Random::seeded(0xC4E7_1000);
    let changed = (0..rounds(target)).map(|round| match round % 2 {
        // What is no JSON is changed as octets each time.
        0 => structure::mutated(&inputs, &mut random),
        _ => mutated(&inputs, &mut random),
    });
    for input in inputs.clone().into_iter().chain(changed) {
        let held = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        let shown = input.escape_ascii();
        assert!(
            held.is_ok(),
            "{}: put this into its corpus:\n{shown}",
            target.name
        );
    }
}

/// One test for each target, so that they run beside each other.
macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let name = stringify!($name);
                run(*TARGETS.iter().find(|target| target.name == name).unwrap());
            }
        )*

        #[test]
        fn every_target_is_run_and_has_inputs() {
            let run = BTreeSet::from([$(stringify!($name).to_owned()),*]);
            let there = TARGETS.iter().map(|target| target.name.to_owned()).collect();
            assert_eq!(run, there);
            let folders = fs::read_dir(corpus()).unwrap();
            let folders = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            assert_eq!(run, folders.collect());
        }
    };
}
targets!(
    json,
    json_ld,
    code,
    template,
    text_forms,
    credential,
    status_bits,
    status_list,
    bundle,
    did_document,
    key_file,
    roster,
    course,
    picture,
    pdf,
    baked_png,
    baked_svg,
);

#[test]
fn a_target_that_panics_is_noticed() {
    let target = Target {
        name: "json",
        run: |input| assert!(!input.contains(&0xff), "found"),
        smoke: 2_000,
    };
    assert!(catch_unwind(|| run(target)).is_err());
}
