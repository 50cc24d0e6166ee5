//! Where passphrases come from: a folder of private files, the environment, or the person at the terminal.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use cheti_shared::key::pkcs8::PASSPHRASE_CHARS_MIN;

use crate::app::ports::vault::Passphrase;
use crate::compose::read_private;

use super::failure::Failure;

/// Whether a passphrase opens something or protects something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    Opening,
    Making,
}

/// Finds passphrases by the name of what they belong to: `issuing-1`, `root`, `jane`, `backup`.
#[derive(Clone, Debug)]
pub(crate) struct Passphrases {
    folder: Option<PathBuf>,
}

impl Passphrases {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// Whether passphrases lie in a folder, so that nobody has to be asked.
    pub(crate) fn is_folder(&self) -> bool {
        self.folder.is_some()
    }

    /// The passphrase called `name`; one that is to protect something new must be long enough.
    pub(crate) fn find(&self, name: &str, purpose: For) -> Result<Passphrase, Failure> {
        let found = self.look_up(name, purpose)?;
        let characters = found.chars().count();
        if purpose == For::Making && characters < PASSPHRASE_CHARS_MIN {
            let message = format!(
                "the passphrase of {name} has {characters} characters, at least {PASSPHRASE_CHARS_MIN} are needed"
            );
            return Err(Failure::usage(
                message,
                "five or six random words are good; nothing was made",
            ));
        }
        Ok(found)
    }

    fn look_up(&self, name: &str, purpose: For) -> Result<Passphrase, Failure> {
        if let Some(folder) = &self.folder {
            let text = read_private(&folder.join(format!("{name}.txt")))?;
            return Ok(Passphrase::new(
                text.trim_end_matches(['\r', '\n']).to_owned(),
            ));
        }
        if let Ok(text) = std::env::var(variable(name)) {
            return Ok(Passphrase::new(text));
        }
        if !std::io::stdin().is_terminal() {
            let hint = format!(
                "set {} or give --passphrases FOLDER with {name}.txt in it",
                variable(name)
            );
            return Err(Failure::usage(
                format!("the passphrase of {name} is needed and nobody can be asked"),
                hint,
            ));
        }
        let first = ask(&format!("Passphrase of {name}: "))?;
        if purpose == For::Making && ask(&format!("Passphrase of {name} again: "))? != first {
            return Err(Failure::usage("the two passphrases differ", "try again"));
        }
        Ok(first)
    }
}

fn ask(prompt: &str) -> Result<Passphrase, Failure> {
    let read = rpassword::prompt_password(prompt).map(Passphrase::new);
    read.map_err(|error| {
        Failure::trouble(
            format!("the terminal gave no passphrase: {error}"),
            "use --passphrases",
        )
    })
}

/// `CHETI_PASSPHRASE_ISSUING_1`
fn variable(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    format!(
        "CHETI_PASSPHRASE_{}",
        name.chars().map(plain).collect::<String>()
    )
}
