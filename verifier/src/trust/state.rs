//! The state folder: `state.json` and `bundle.json`, each replaced as a whole.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use cheti_shared::key::PublicKey;
use cheti_verifier_core::evidence::memory::Memory;
use serde::{Deserialize, Serialize};

/// What is remembered between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct State {
    /// The pinned root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<PublicKey>,
    /// The newest version and dates seen.
    #[serde(default, with = "remembered")]
    pub memory: Memory,
    /// Where newer bundles are fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// What was seen, in the form that the core gives it.
mod remembered {
    use cheti_shared::json::members::FromJson as _;
    use cheti_verifier_core::evidence::memory::Memory;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(memory: &Memory, to: S) -> Result<S::Ok, S::Error> {
        memory.to_json().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Memory, D::Error> {
        Memory::from_json(&Value::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A state folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Reading or writing failed.
    #[error("cannot use the state file {}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file does not hold what was written there.
    #[error("the state file {} is damaged", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// No folder is known.
    #[error("there is no home folder to keep the state in; name one with --state")]
    NoFolder,
}

/// The state folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// This folder; it need not exist yet.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder of this user: `$XDG_STATE_HOME/cheti-verifier`, else `~/.local/state/cheti-verifier`.
    pub fn of_user() -> Result<Self, StateError> {
        let absolute = |name| {
            let path = std::env::var_os(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let home = || absolute("HOME").map(|home| home.join(".local/state"));
        let base = absolute("XDG_STATE_HOME").or_else(home);
        let base = base.ok_or(StateError::NoFolder)?;
        Ok(Self(base.join("cheti-verifier")))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where the bundle is kept.
    pub fn bundle_path(&self) -> PathBuf {
        self.0.join("bundle.json")
    }

    fn state_path(&self) -> PathBuf {
        self.0.join("state.json")
    }

    /// What was remembered; nothing when the folder is new. A damaged file is an error: it must not pass for new.
    pub fn load(&self) -> Result<State, StateError> {
        let path = self.state_path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::default()),
            Err(source) => return Err(StateError::Io { path, source }),
        };
        serde_json::from_slice(&text).map_err(|source| StateError::Damaged { path, source })
    }

    /// Remember `state` and the bundle it belongs to. The bundle goes first: an interrupted import leaves a newer bundle
    /// with an older memory, which is allowed, never the reverse.
    pub fn store(&self, state: &State, bundle: &[u8]) -> Result<(), StateError> {
        self.replace(&self.bundle_path(), bundle)?;
        self.store_state(state)
    }

    /// Remember `state`.
    pub fn store_state(&self, state: &State) -> Result<(), StateError> {
        let path = self.state_path();
        let text = serde_json::to_vec_pretty(state).map_err(|source| StateError::Damaged {
            path: path.clone(),
            source,
        })?;
        self.replace(&path, &text)
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), StateError> {
        let io = |source| StateError::Io {
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(&self.0).map_err(io)?;
        let next = path.with_extension(format!("{}.next", std::process::id()));
        let mut file = fs::File::create(&next).map_err(io)?;
        file.write_all(bytes).map_err(io)?;
        file.sync_all().map_err(io)?;
        fs::rename(&next, path).map_err(io)
    }
}
