//! `init`: found an organisation.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use cheti_shared::did;
use serde_json::json;

use super::args::{Init, MakeLocalTls};
use super::failure::Failure;
use super::output::say;
use super::passphrase::{For, Passphrases};
use crate::app::error::AppError;
use crate::app::found::{FirstOperator, found};
use crate::app::ports::vault::KeyFile;
use crate::app::publish::{Lifetimes, publish_trust_list};
use crate::compose::{self, House};
use crate::domain::operator::OperatorId;
use crate::domain::organisation::Organisation;
use crate::domain::role::{Role, Roles};

/// As `--did`: the DID of the issuing key that is about to be made.
const DID_KEY: &str = "did:key";

pub(crate) fn init(
    data: &Path,
    passphrases: &Passphrases,
    args: &Init,
    json: bool,
) -> Result<ExitCode, Failure> {
    let house = establish(data, passphrases, args)?;
    let root = house.desk.organisation()?.root;
    let tls = match args.local_tls.as_slice() {
        [] => String::new(),
        hosts => made_local_tls(data, hosts)?,
    };
    let (place, key, fingerprint) = (data.display(), args.root_key.display(), root.fingerprint());
    let lines = [
        format!("{} is founded in {place}.", args.name),
        format!("Root key: {key} (fingerprint {fingerprint})."),
        "Take the root key away now, on a medium of its own, and keep a second copy elsewhere."
            .to_owned(),
        format!("Employers pin this root: {root}"),
        tls,
        format!("Next: cheti-issuer --data '{place}' course add COURSE.toml"),
    ];
    let value = json!({"data": data, "rootKey": args.root_key, "root": root.to_string(), "fingerprint": fingerprint});
    let told = lines.into_iter().filter(|line| !line.is_empty());
    say(json, &told.collect::<Vec<_>>().join("\n"), &value);
    Ok(ExitCode::SUCCESS)
}

/// `local-tls`: a certificate for the console.
pub(crate) fn local_tls(data: &Path, args: &MakeLocalTls, json: bool) -> Result<ExitCode, Failure> {
    let told = made_local_tls(data, &args.hosts)?;
    say(json, &told, &json!({"hosts": args.hosts}));
    Ok(ExitCode::SUCCESS)
}

/// Make the certificate; what to tell of it.
fn made_local_tls(data: &Path, hosts: &[String]) -> Result<String, Failure> {
    let authority = compose::make_local_tls(data, hosts);
    let authority = authority.map_err(|error| {
        Failure::usage(
            error.to_string(),
            "--host takes a name such as desk.local, or an address such as 192.168.8.10",
        )
    })?;
    Ok(format!(
        "The console has a certificate for {}. Telephones trust it once they are enrolled (the console's page /phones). Its authority: {}",
        hosts.join(", "),
        compose::fingerprint(&authority)
    ))
}

/// Make store and keys, found the organisation, and publish its first trust list while the root key is here.
pub(crate) fn establish(
    data: &Path,
    passphrases: &Passphrases,
    args: &Init,
) -> Result<House, Failure> {
    let operators = operators(args)?;
    if args.root_key.exists() {
        let hint = "a key file is never replaced; choose another place";
        return Err(Failure::usage(
            format!("{} exists already", args.root_key.display()),
            hint,
        ));
    }
    // What the officer typed is checked before anything is made.
    let draft = |root, issuing| Organisation {
        name: args.name.clone(),
        did: match args.did.as_str() {
            DID_KEY => did::key::did(&issuing),
            did => did.to_owned(),
        },
        contact: args.contact.clone(),
        public_url: args.public_url.clone(),
        verify_url: args.verify_url.clone(),
        utc_offset: args.utc_offset,
        root,
    };
    let stand_in =
        cheti_shared::key::Signer::public_key(&cheti_shared::key::SecretKey::from_seed(&[0; 32]));
    draft(stand_in, stand_in).check().map_err(AppError::from)?;

    // So are the passphrases: an organisation half made would stand in its own way.
    let mut words = BTreeMap::new();
    let ids = operators.iter().map(|(id, ..)| id.as_str());
    for name in ["root", "issuing-1", "status-1"].into_iter().chain(ids) {
        let passphrase = passphrases.find(name, For::Making)?;
        compose::check_new_passphrase(data, &passphrase)?;
        words.insert(name.to_owned(), passphrase);
    }

    let house = compose::create(data)?;
    let make = |file: KeyFile, name: &str| -> Result<_, Failure> {
        Ok(house.vault.create(&file, &words[name])?)
    };
    let root = make(KeyFile::Root(args.root_key.clone()), "root")?;
    let issuing = make(KeyFile::Signing("issuing-1".to_owned()), "issuing-1")?;
    let status = make(KeyFile::Signing("status-1".to_owned()), "status-1")?;
    let mut first = Vec::new();
    for (id, name, roles) in operators {
        let key = make(KeyFile::Operator(id.to_string()), id.as_str())?;
        first.push(FirstOperator {
            id,
            name,
            key,
            roles,
        });
    }
    found(&house.desk, draft(root, issuing), &first, issuing, status)?;
    let root_key = house
        .vault
        .open(&KeyFile::Root(args.root_key.clone()), &words["root"])?;
    publish_trust_list(&house.desk, &root_key, Lifetimes::default(), "system")?;
    Ok(house)
}

fn operators(args: &Init) -> Result<Vec<(OperatorId, String, Roles)>, Failure> {
    let mut read: Vec<(OperatorId, String, Roles)> = Vec::new();
    let administrator = Roles::new([Role::Administrator]).map_err(AppError::from)?;
    let officers = args.operators.iter().map(|named| (named, Roles::default()));
    let all = officers.chain(
        args.administrator
            .iter()
            .map(|named| (named, administrator.clone())),
    );
    for ((short, name), roles) in all {
        let id: OperatorId = short
            .parse()
            .map_err(|error| Failure::usage(format!("{error}"), "for example jane=Jane Wambui"))?;
        if read.iter().any(|(other, ..)| *other == id) {
            return Err(Failure::usage(
                format!("operator {id} is named twice"),
                "name two different people",
            ));
        }
        read.push((id, name.clone(), roles));
    }
    match args.operators.len() {
        0 | 1 => Err(Failure::usage(
            "two operators are needed: one prepares, another approves",
            "give --operator twice",
        )),
        _ => Ok(read),
    }
}
