//! Keys at rest, exchanged with the `openssl` command in both directions.

use std::io::Write as _;
use std::process::{Command, Stdio};

use cheti_shared::key::pkcs8::{Hardness, KeyFileError, Salt, decrypt, encrypt};
use cheti_shared::key::{SecretKey, Signer as _};
use cheti_tests::programs::has_tools;

const PASSPHRASE: &str = "correct horse battery";

/// What `openssl` prints, given `input`; an error when it fails.
fn openssl(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs the openssl command: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn openssl_opens_what_we_write() {
    if !has_tools(&["openssl"]) {
        return;
    }
    let key = SecretKey::from_seed(&[9; 32]);
    let salt = Salt {
        salt: [1; 16],
        iv: [2; 16],
    };
    for hardness in [Hardness::Standard, Hardness::Fixture] {
        let pem = encrypt(&key, PASSPHRASE, &salt, hardness).unwrap();
        let arguments = |passphrase: &'static str| {
            ["pkey", "-pubout", "-outform", "DER", "-passin", passphrase]
        };
        let public = openssl(&arguments("pass:correct horse battery"), pem.as_bytes()).unwrap();
        assert!(public.ends_with(key.public_key().octets()), "{hardness:?}");
        assert!(openssl(&arguments("pass:another"), pem.as_bytes()).is_err());
    }
}

#[test]
fn we_open_what_openssl_writes() {
    if !has_tools(&["openssl"]) {
        return;
    }
    let plain = openssl(&["genpkey", "-algorithm", "ed25519"], b"").unwrap();
    let public = openssl(&["pkey", "-pubout", "-outform", "DER"], &plain).unwrap();
    let pass = "pass:correct horse battery";
    for scheme in [
        &["-v2", "aes-256-cbc"][..],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
        &["-v2", "aes-128-cbc", "-iter", "600000"],
        &["-scrypt"],
    ] {
        let arguments = [&["pkcs8", "-topk8", "-passout", pass], scheme].concat();
        let pem = String::from_utf8(openssl(&arguments, &plain).unwrap()).unwrap();
        let key = decrypt(&pem, PASSPHRASE).unwrap();
        assert!(public.ends_with(key.public_key().octets()), "{scheme:?}");
        let wrong = decrypt(&pem, "incorrect horse").unwrap_err();
        assert_eq!(wrong, KeyFileError::WrongPassphrase, "{scheme:?}");
    }
}

#[test]
fn other_keys_of_openssl_are_refused_by_name() {
    let pass = "pass:correct horse battery";
    for kind in [&["-algorithm", "x25519"][..], &["-algorithm", "ed448"]] {
        let plain = openssl(&[&["genpkey"], kind].concat(), b"").unwrap();
        let arguments = ["pkcs8", "-topk8", "-scrypt", "-passout", pass];
        let pem = String::from_utf8(openssl(&arguments, &plain).unwrap()).unwrap();
        let refused = decrypt(&pem, PASSPHRASE).unwrap_err();
        assert_eq!(refused, KeyFileError::OtherKind, "{kind:?}");
        let unencrypted = String::from_utf8(plain).unwrap();
        let refused = decrypt(&unencrypted, PASSPHRASE).unwrap_err();
        assert_eq!(refused, KeyFileError::NotEncryptedKey, "{kind:?}");
    }
}
