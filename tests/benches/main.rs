//! What issuing and verifying cost over the bare Ed25519 operation, measured in one run: `cargo bench -p cheti-tests`.
//!
//! The cases take turns, round by round, so that what else the machine does falls on all of them alike; of each the
//! quickest tenth of the rounds counts, since others only ever add time. The budgets are ratios (DESIGN, Budgets).
//! Figures: README.md beside this file.
#![allow(
    clippy::unwrap_used,
    reason = "a measurement: a panic is its way to fail"
)]

use std::hint::black_box;
use std::time::Instant;

use cheti_shared::canon::jcs;
use cheti_shared::credential::draft::{Form, UnsignedCredential};
use cheti_shared::credential::envelope::SignedCredential;
use cheti_shared::json;
use cheti_shared::key::{PublicKey, Signature, Signer as _};
use cheti_shared::proof::{ProofOptions, eddsa_rdfc_2022};
use cheti_shared::qr::payload::{self, Payload};
use cheti_tests::sample;
use serde_json::Value;

/// Rounds that each case takes part in.
const ROUNDS: usize = 500;
/// Certificates that one round works on.
const CERTIFICATES: usize = 20;

/// One thing to measure: prepares its input outside the clock, then does it for every certificate.
struct Case<'a> {
    name: &'static str,
    /// The case that its ratio is to, and the most that it may be.
    over: Option<(&'static str, f64)>,
    run: Box<dyn FnMut() -> f64 + 'a>,
}

/// Real certificates in every form that the cases need.
struct Sample {
    form: Form,
    values: Vec<Vec<String>>,
    signed: Vec<Vec<u8>>,
    documents: Vec<SignedCredential>,
    codes: Vec<String>,
    hashes: Vec<[u8; 64]>,
    signatures: Vec<Signature>,
    key: PublicKey,
}

fn main() {
    // Cargo passes --bench; a name restricts nothing here, all cases belong together.
    let sample = make_sample();
    let mut cases = cases(&sample);
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for round in 0..=ROUNDS {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            let time = (case.run)();
            // The first round warms caches up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let quick_times: Vec<f64> = times.iter_mut().map(|times| quick(times)).collect();
    print_table(&cases, &quick_times);
}

fn make_sample() -> Sample {
    let form = sample::form(&sample::course());
    let names = sample::names(CERTIFICATES);
    let numbered = || names.iter().enumerate();
    let signed: Vec<Vec<u8>> = numbered()
        .map(|(number, name)| sample::signed(&form, name, number))
        .collect();
    let documents: Vec<_> = signed
        .iter()
        .map(|octets| SignedCredential::parse(octets).unwrap())
        .collect();
    let code = |credential: &SignedCredential| {
        let octets = payload::encode(form.template(), credential.document()).unwrap();
        payload::url(sample::CODE_BASE, &octets)
    };
    let hash = |n: usize| std::array::from_fn(|i| (n * 31 + i) as u8);
    let hashes: Vec<[u8; 64]> = (0..CERTIFICATES).map(hash).collect();
    let key = sample::issuing_key();
    Sample {
        values: numbered()
            .map(|(number, name)| sample::values(name, number))
            .collect(),
        codes: documents.iter().map(code).collect(),
        signatures: hashes.iter().map(|hash| key.sign(hash)).collect(),
        key: key.public_key(),
        form,
        signed,
        documents,
        hashes,
    }
}

fn cases(sample: &Sample) -> Vec<Case<'_>> {
    let key = sample::issuing_key();
    let [jcs_key, rdfc_key, full_key, issue_key] = std::array::from_fn(|_| sample::issuing_key());
    let Sample { form, values, .. } = sample;
    vec![
        case(
            "bare sign",
            None,
            || sample.hashes.clone(),
            move |hash| key.sign(&hash).0[0],
        ),
        case(
            "JCS proof: plan to signature",
            Some(("bare sign", 1.3)),
            || values.clone(),
            move |values| {
                let unsigned = form.draft(values).unwrap().freeze();
                jcs_key
                    .sign(&unsigned.hash_data_by_jcs())
                    .to_multibase()
                    .len()
            },
        ),
        case(
            "RDFC proof, from the template",
            Some(("JCS proof: plan to signature", 2.5)),
            || drafts(form, values),
            move |unsigned| {
                let hash_data = unsigned.hash_data_by_rdfc().unwrap();
                rdfc_key.sign(&hash_data).to_multibase().len()
            },
        ),
        case(
            "RDFC proof, full JSON-LD",
            Some(("RDFC proof, from the template", f64::MAX)),
            || sample.documents.iter().take(2).collect(),
            move |credential| {
                let options = ProofOptions {
                    created: credential.proofs()[0].created().unwrap(),
                    verification_method: credential.proofs()[0].verification_method().to_owned(),
                };
                eddsa_rdfc_2022::create(credential.document(), &options, &full_key)
                    .unwrap()
                    .len()
            },
        ),
        case(
            "certificate: plan to bytes, both proofs",
            Some(("bare sign", f64::MAX)),
            || values.clone(),
            move |values| {
                let unsigned = form.draft(values).unwrap().freeze();
                unsigned.sign(&issue_key).unwrap().len()
            },
        ),
        case(
            "plan it: draft, lint",
            Some(("bare sign", f64::MAX)),
            || values.clone(),
            |values| {
                form.draft(values)
                    .unwrap()
                    .lint()
                    .unwrap()
                    .canonical()
                    .len()
            },
        ),
        case(
            "bare verify",
            None,
            || sample.hashes.iter().zip(&sample.signatures).collect(),
            |(hash, signature)| sample.key.verify(hash, signature).is_ok(),
        ),
        case(
            "verify a certificate, JCS proof",
            Some(("bare verify", 1.25)),
            || sample.signed.iter().collect(),
            |octets| {
                let credential = SignedCredential::parse(octets).unwrap();
                let checked = credential.check_proof(&credential.proofs()[1], &sample.key);
                checked.unwrap().is_ok()
            },
        ),
        case(
            "verify a certificate, both proofs, template held",
            Some(("bare verify", f64::MAX)),
            || sample.signed.iter().collect(),
            |octets| {
                let credential = SignedCredential::parse(octets).unwrap();
                let holds = |proof| {
                    form.check_proof(&credential, proof, &sample.key)
                        .unwrap()
                        .is_ok()
                };
                credential.proofs().iter().all(holds)
            },
        ),
        case(
            "verify a foreign badge, RDFC proof",
            Some(("bare verify", f64::MAX)),
            || sample.signed.iter().take(2).collect(),
            |octets| {
                let credential = SignedCredential::parse(octets).unwrap();
                let checked = credential.check_proof(&credential.proofs()[0], &sample.key);
                checked.unwrap().is_ok()
            },
        ),
        case(
            "  its JSON read",
            Some(("bare verify", f64::MAX)),
            || sample.signed.iter().collect(),
            |octets| json::parse(octets).unwrap().is_object(),
        ),
        case(
            "  its JCS written",
            Some(("bare verify", f64::MAX)),
            || sample.documents.iter().collect(),
            |credential| jcs::canonicalize_without(credential.document(), "proof").len(),
        ),
        case(
            "code: encode",
            Some(("bare verify", f64::MAX)),
            || sample.documents.iter().collect(),
            |credential| {
                let octets = payload::encode(form.template(), credential.document()).unwrap();
                payload::url(sample::CODE_BASE, &octets).len()
            },
        ),
        case(
            "code: decode, rebuild",
            Some(("bare verify", f64::MAX)),
            || sample.codes.iter().collect(),
            |code| {
                Payload::from_text(code)
                    .unwrap()
                    .rebuild(form.template())
                    .unwrap()
                    .len()
            },
        ),
        case(
            "fill the template",
            Some(("bare verify", f64::MAX)),
            || values.clone(),
            |mut values| {
                values.push(String::new());
                Value::Object(form.template().fill(&values).unwrap()).is_object()
            },
        ),
    ]
}

fn drafts<'a>(form: &'a Form, values: &[Vec<String>]) -> Vec<UnsignedCredential<'a>> {
    let draft = |values: &Vec<String>| form.draft(values.clone()).unwrap().freeze();
    values.iter().map(draft).collect()
}

/// A case that does `work` on each of what `prepare` makes; seconds for one.
fn case<'a, I, T>(
    name: &'static str,
    over: Option<(&'static str, f64)>,
    prepare: impl Fn() -> Vec<I> + 'a,
    work: impl Fn(I) -> T + 'a,
) -> Case<'a> {
    let run = move || {
        let inputs = prepare();
        let count = inputs.len();
        let start = Instant::now();
        for input in inputs {
            black_box(work(black_box(input)));
        }
        start.elapsed().as_secs_f64() / count as f64
    };
    Case {
        name,
        over,
        run: Box::new(run),
    }
}

fn quick(times: &mut [f64]) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 10]
}

fn print_table(cases: &[Case<'_>], quick_times: &[f64]) {
    println!("| what | µs | ratio | budget |\n|---|---:|---:|---:|");
    let time_of = |name: &str| {
        let at = cases.iter().position(|case| case.name == name);
        quick_times[at.unwrap()]
    };
    for (case, time) in cases.iter().zip(quick_times) {
        let (ratio, budget) = match case.over {
            None => ("1".to_owned(), String::new()),
            Some((base, most)) => {
                let ratio = format!("{:.2} × {base}", time / time_of(base));
                let budget = (most < f64::MAX).then(|| format!("{most}"));
                (ratio, budget.unwrap_or_default())
            }
        };
        println!("| {} | {:.2} | {ratio} | {budget} |", case.name, time * 1e6);
    }
}
