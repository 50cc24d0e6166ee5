//! The examples for curl, Python and JavaScript that README gives are what runs here, against the program.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use cheti_tests::programs;
use serde_json::Value;

use super::served::{Served, certificate, code, demo};

const README: &str = include_str!("../../README.md");
const ADDRESS: &str = "http://127.0.0.1:8080";

/// README's examples in this language, of the section for HR systems.
fn examples(language: &str) -> Vec<&'static str> {
    let (_, section) = README
        .split_once("\n## An HR system's five minutes\n")
        .unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap())
        .collect()
}

/// A folder as the examples expect it: a certificate as PDF and JSON, a table of codes, the bundle.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    for ending in ["pdf", "json"] {
        let bytes = fs::read(certificate("Wanjik", ending)).unwrap();
        put(&format!("certificate.{ending}"), bytes);
    }
    let (wanjiku, revoked) = (code("Wanjik"), code("Barasa"));
    let table = format!(
        "id,name,qr\n4711,Wanjiku Nganga,{wanjiku}\n4712,Barasa Wafula Simiyu,{revoked}\n4713,Someone Else,{wanjiku}\n"
    );
    put("codes.csv", table.into_bytes());
    put("bundle.json", fs::read(demo().join("bundle.json")).unwrap());
    fs::create_dir(folder.path().join("folder")).unwrap();
    put(
        "folder/certificate.pdf",
        fs::read(certificate("Wanjik", "pdf")).unwrap(),
    );
    folder
}

/// Run an example where its files are; what it printed.
fn run(program: &str, arguments: &[&str], folder: &tempfile::TempDir) -> String {
    let ran = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout).into_owned(),
        String::from_utf8_lossy(&ran.stderr).into_owned(),
    );
    assert!(ran.status.success(), "{arguments:?}: {out}{err}");
    out
}

#[test]
fn the_examples_for_curl_work() {
    if !programs::has_tools(&["curl", "sh"]) {
        return;
    }
    let (served, folder) = (Served::start(""), folder());
    let here = format!("http://{}", served.address);
    let lines: Vec<&str> = examples("sh")[0].lines().collect();
    let curls: Vec<&&str> = lines
        .iter()
        .filter(|line| line.starts_with("curl "))
        .collect();
    assert_eq!(curls.len(), 3, "{lines:?}");
    let ran: Vec<String> = curls
        .iter()
        .map(|line| run("sh", &["-c", &line.replace(ADDRESS, &here)], &folder))
        .collect();
    assert!(ran[0].contains("\"decision\":\"review\""), "{}", ran[0]);
    assert!(ran[0].contains("\"verdict\":\"valid\""), "{}", ran[0]);
    assert!(ran[1].contains("\"decision\":\"accept\""), "{}", ran[1]);
    let table = fs::read_to_string(folder.path().join("answers.csv")).unwrap();
    let decisions: Vec<&str> = table
        .lines()
        .skip(1)
        .map(|row| row.split(',').nth(2).unwrap())
        .collect();
    assert_eq!(decisions, ["Accept", "Reject", "Reject"], "{table}");
}

/// From no keys at all to an answer that is shown later: README's lines, one after the other.
#[test]
fn the_example_of_a_signed_report_works() {
    if !programs::has_tools(&["curl", "sh"]) {
        return;
    }
    let (folder, program) = (folder(), programs::path("cheti-verifier"));
    let words = folder.path().join("report-key.passphrase");
    fs::write(&words, "nine green hills").unwrap();
    fs::set_permissions(&words, fs::Permissions::from_mode(0o600)).unwrap();
    let [key, _, curl] = examples("sh")[1].lines().collect::<Vec<_>>()[..] else {
        unreachable!("three lines");
    };
    let (key, _) = key.split_once(" #").unwrap();
    let key = key.replace("cheti-verifier", &program.display().to_string());
    let did = run("sh", &["-c", &key], &folder);
    let new = Command::new(&program).args(["key", "new", "hr"]).output();
    let new = new.unwrap();
    let (token, told) = (String::from_utf8(new.stdout), String::from_utf8(new.stderr));
    let (_, lines) = told.as_ref().unwrap().split_once("\n\n").unwrap();
    let file = folder.path().join("report-key.pem");
    let (file, words) = (file.display(), words.display());
    let served = Served::start(&format!(
        "{lines}\n[reports.key]\nfile = \"{file}\"\npassphrase_file = \"{words}\"\n"
    ));
    let here = |line: &str| line.replace("127.0.0.1:8087", &served.address);
    let curl = format!("TOKEN={}; {}", token.unwrap().trim(), here(curl));
    let answer: Value = serde_json::from_str(&run("sh", &["-c", &curl], &folder)).unwrap();
    let report = &answer["signedReport"];
    assert_eq!(report["verifier"], did.trim());
    let kept = folder.path().join("report.json");
    fs::write(kept, report.to_string()).unwrap();
    let check = "curl -s http://127.0.0.1:8087/v1/reports/verify -H 'content-type: application/json' --data-binary @report.json";
    let checked = run("sh", &["-c", &here(check)], &folder);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["verified"], true, "{checked}");
}

/// A key, a secret, a folder: README's lines for watching, and what stands in the answers.
#[test]
fn the_example_of_watching_works() {
    if !programs::has_tools(&["curl", "sh"]) {
        return;
    }
    let (folder, program) = (folder(), programs::path("cheti-verifier"));
    let [secret, watch, changes] = examples("sh")[2].lines().collect::<Vec<_>>()[..] else {
        unreachable!("three lines");
    };
    let (secret, _) = secret.split_once(" #").unwrap();
    let secret = secret.replace("cheti-verifier", &program.display().to_string());
    run("sh", &["-c", &secret], &folder);
    let new = Command::new(&program).args(["key", "new", "hr"]).output();
    let new = new.unwrap();
    let (token, told) = (String::from_utf8(new.stdout), String::from_utf8(new.stderr));
    let (_, lines) = told.as_ref().unwrap().split_once("\n\n").unwrap();
    let here = folder.path().display();
    let served = Served::start(&format!(
        "{lines}\n[watch]\nfolder = \"{here}/watch\"\n[[watch.webhook]]\nkey = \"hr\"\nurl = \"https://hr.example/cheti\"\nsecret_file = \"{here}/webhook.secret\"\n"
    ));
    let ask = |line: &str| -> Value {
        let line = line.replace("127.0.0.1:8087", &served.address);
        let line = format!("TOKEN={}; {line}", token.as_ref().unwrap().trim());
        serde_json::from_str(&run("sh", &["-c", &line], &folder)).unwrap()
    };
    assert_eq!(ask(watch)["standing"], "in_force");
    let none = serde_json::json!({"changes": [], "next": 0, "more": false});
    assert_eq!(ask(changes), none);
    // One that is revoked already is told so at once; that is no change.
    fs::write(
        folder.path().join("certificate.json"),
        fs::read(certificate("Barasa", "json")).unwrap(),
    )
    .unwrap();
    assert_eq!(ask(watch)["standing"], "revoked");
    assert_eq!(ask(changes), none);
}

#[test]
fn the_check_of_a_folder_works() {
    let folder = folder();
    let lines: Vec<&str> = examples("sh").into_iter().flat_map(str::lines).collect();
    let line = lines
        .iter()
        .find(|line| line.starts_with("cheti-verifier check"))
        .unwrap();
    let program = programs::path("cheti-verifier").display().to_string();
    let (line, _) = line.split_once(" #").unwrap_or((line, ""));
    let line = line.replace("cheti-verifier", &program);
    let line = format!("{line} --bundle bundle.json --offline");
    let out = run("sh", &["-c", &line], &folder);
    assert!(out.starts_with("1 files: 1 valid"), "{out}");
    assert!(folder.path().join("report.csv").is_file());
}

#[test]
fn the_example_in_python_works() {
    if !programs::has_tools(&["python3"]) {
        return;
    }
    let (served, folder) = (Served::start(""), folder());
    let [example] = examples("python")[..] else {
        unreachable!("one example");
    };
    let example = example.replace(ADDRESS, &format!("http://{}", served.address));
    let out = run("python3", &["-c", &example], &folder);
    assert_eq!(
        out,
        "4711 accept\n4712 reject revoked\n4713 reject name_mismatch\n"
    );
}

#[test]
fn the_example_in_javascript_works() {
    if !programs::has_tools(&["node"]) {
        return;
    }
    let (served, folder) = (Served::start(""), folder());
    let [example] = examples("js")[..] else {
        unreachable!("one example");
    };
    let example = example.replace(ADDRESS, &format!("http://{}", served.address));
    let arguments = ["--input-type=module", "--eval", &example];
    let out = run("node", &arguments, &folder);
    assert_eq!(
        out,
        "accept Wanjikũ Ng'ang'a tolerated: apostrophes,diacritics\n"
    );
}
