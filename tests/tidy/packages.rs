//! The packages: who depends on whom, what the pure ones may depend on, that all keep the workspace's lints.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::tree;

/// For each package of the workspace, the packages of the workspace that its manifest names, for whatever purpose.
type Edges = BTreeMap<String, BTreeSet<String>>;

/// From whom to whom there is no arrow, not even for tests: a package, and the prefix of others' names.
const NEVER: [(&str, &str); 10] = [
    ("cheti-shared", "cheti-"),
    ("cheti-reader", "cheti-"),
    ("cheti-verifier-core", "cheti-issuer"),
    ("cheti-verifier-core", "cheti-print"),
    ("cheti-verifier", "cheti-issuer"),
    ("cheti-verifier", "cheti-print"),
    ("cheti-verifier-wasm", "cheti-issuer"),
    ("cheti-verifier-wasm", "cheti-print"),
    ("cheti-issuer", "cheti-verifier"),
    ("cheti-print", "cheti-verifier"),
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(tree::root())
        .output()
        .unwrap();
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {trouble}");
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> Value {
    let arguments = ["metadata", "--no-deps", "--locked", "--format-version", "1"];
    serde_json::from_str(&cargo(&arguments)).unwrap()
}

fn edges(metadata: &Value) -> Edges {
    let packages = metadata["packages"].as_array().unwrap();
    let named = |package: &Value| -> BTreeSet<String> {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        dependencies
            .filter(|dependency| dependency["path"].is_string())
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), named(package)))
        .collect()
}

fn forbidden(edges: &Edges) -> Vec<String> {
    let mut found = Vec::new();
    for (from, to) in edges
        .iter()
        .flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
    {
        let never = |(who, whom): &(&str, &str)| who == from && to.starts_with(whom);
        if NEVER.iter().any(never) || to == "cheti-tests" {
            found.push(format!("{from} -> {to}"));
        }
    }
    found
}

/// Packages that cannot be put in an order in which each comes after what it depends on.
fn cycle(edges: &Edges) -> BTreeSet<String> {
    let mut left: Edges = edges.clone();
    while let Some(free) = left
        .iter()
        .find(|(_, to)| to.iter().all(|to| !left.contains_key(to)))
        .map(|(from, _)| from.clone())
    {
        left.remove(&free);
    }
    left.into_keys().collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let table: toml::Table = manifest.parse().unwrap();
    let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
    lints.and_then(toml::Value::as_bool) == Some(true)
}

/// The packages that `package` is built from, on any machine, tests aside.
fn closure(package: &str) -> BTreeSet<String> {
    let edges = closure_edges(package);
    edges.into_iter().map(|(_, to)| to).collect()
}

/// The same, as pairs: who depends on whom.
fn closure_edges(package: &str) -> BTreeSet<(String, String)> {
    let tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "depth",
        "--format",
        " {p}",
    ]);
    let mut above: Vec<String> = Vec::new();
    let mut edges = BTreeSet::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        let depth: usize = words.next().unwrap().parse().unwrap();
        let name = words.next().unwrap().to_owned();
        above.truncate(depth);
        edges.extend(above.last().map(|from| (from.clone(), name.clone())));
        above.push(name);
    }
    edges
}

/// The names of a list file: one a line, `#` begins a remark.
fn listed(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.split('#').next())
        .flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect()
}

#[test]
fn packages_depend_on_whom_they_may() {
    let edges = edges(&metadata());
    assert!(edges.len() >= 7, "{edges:?}");
    assert_eq!(forbidden(&edges), Vec::<String>::new());
    assert_eq!(cycle(&edges), BTreeSet::new());
}

#[test]
fn wrong_arrows_and_cycles_between_packages_are_found() {
    let edge = |from: &str, to: &[&str]| {
        (
            from.to_owned(),
            to.iter().map(|to| (*to).to_owned()).collect(),
        )
    };
    for (who, whom) in NEVER {
        let whom = if whom == "cheti-" {
            "cheti-issuer"
        } else {
            whom
        };
        assert_eq!(
            forbidden(&Edges::from([edge(who, &[whom])])).len(),
            1,
            "{who} -> {whom}"
        );
    }
    assert_eq!(
        forbidden(&Edges::from([edge("cheti-issuer", &["cheti-tests"])])).len(),
        1
    );
    let ring = Edges::from([
        edge("a", &["b"]),
        edge("b", &["c"]),
        edge("c", &["a"]),
        edge("d", &["a"]),
    ]);
    assert_eq!(cycle(&ring).len(), 4);
    assert_eq!(
        cycle(&Edges::from([edge("a", &["b"]), edge("b", &[])])).len(),
        0
    );
}

/// Whether the lints of a package are those of the workspace, but that unsafe code is denied and may be allowed in a file:
/// an exported function is called by its name from another language, and an allocator hands out addresses.
fn repeats_lints(manifest: &str, workspace: &str) -> bool {
    let lints = |text: &str| text.parse::<toml::Table>().unwrap();
    let own = lints(manifest).remove("lints");
    let mut wanted = lints(workspace)["workspace"]["lints"].clone();
    wanted["rust"]["unsafe_code"] = "deny".into();
    own == Some(wanted)
}

#[test]
fn every_package_keeps_the_workspaces_lints() {
    let workspace = fs::read_to_string(tree::root().join("Cargo.toml")).unwrap();
    for package in metadata()["packages"].as_array().unwrap() {
        let manifest = package["manifest_path"].as_str().unwrap();
        let text = fs::read_to_string(manifest).unwrap();
        let shell = package["name"] == "cheti-verifier-wasm";
        assert!(
            inherits_lints(&text) || shell && repeats_lints(&text, &workspace),
            "{manifest} lacks `[lints] workspace = true`"
        );
    }
    assert!(!repeats_lints(
        "[lints.rust]\nunsafe_code = \"deny\"",
        &workspace
    ));
    assert!(!inherits_lints("[package]\nname = \"a\""));
    assert!(!inherits_lints("[lints]\nworkspace = false"));
}

#[test]
fn every_manifest_belongs_to_the_workspace() {
    let members: BTreeSet<String> = metadata()["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| package["manifest_path"].as_str().unwrap().to_owned())
        .collect();
    let files = tree::files();
    let manifests = files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"));
    for manifest in manifests {
        let path = tree::root()
            .join(&manifest.path)
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            members.contains(&path),
            "{} is in no workspace",
            manifest.path
        );
    }
}

/// What the pure packages are built from is read before it is added: the lists are the whole truth, both ways.
#[test]
fn pure_packages_are_built_from_the_listed_ones_alone() {
    let list = |file: &str| {
        listed(&fs::read_to_string(tree::root().join("tests/tidy").join(file)).unwrap())
    };
    let shared = list("shared-dependencies.txt");
    let mut core = list("verifier-core-dependencies.txt");
    core.extend(shared.iter().cloned());
    core.insert("cheti-shared".to_owned());
    for (package, allowed) in [("cheti-shared", shared), ("cheti-verifier-core", core)] {
        let built_from = closure(package);
        let added: Vec<_> = built_from.difference(&allowed).collect();
        let gone: Vec<_> = allowed.difference(&built_from).collect();
        assert!(
            added.is_empty(),
            "{package} gained {added:?}: list them in tests/tidy, with the reason"
        );
        assert!(
            gone.is_empty(),
            "{package} no longer needs {gone:?}: take them off the list"
        );
    }
    for package in ["cheti-verifier-core", "cheti-reader"] {
        let built_from = closure(package);
        for impure in ["tokio", "axum", "sled", "mio", "socket2"] {
            assert!(!built_from.contains(impure), "{package}: {impure}");
        }
    }
}

#[test]
fn only_labels_of_blank_nodes_are_random_in_the_pure_core() {
    let edges = closure_edges("cheti-verifier-core");
    for (package, only) in [("rand", "oxrdf"), ("getrandom", "rand_core")] {
        let users = edges.iter().filter(|(_, to)| to == package);
        let users: BTreeSet<&str> = users.map(|(from, _)| from.as_str()).collect();
        assert_eq!(users, BTreeSet::from([only]), "who uses {package}");
    }
}

#[test]
fn lists_are_read_without_remarks() {
    assert_eq!(
        listed("# why\nserde serde_core # derive\n\nsha2"),
        ["serde", "serde_core", "sha2"].map(str::to_owned).into()
    );
}
