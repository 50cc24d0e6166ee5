//! What this machine trusts: a folder with the bundle, the pinned root and what was seen before.

mod state;

use std::path::{Path, PathBuf};

use cheti_shared::bundle::trust_list::{TrustError, signing_root};
use cheti_shared::bundle::{Bundle, BundleError};
use cheti_shared::key::PublicKey;
use cheti_shared::limits;
use cheti_verifier_core::evidence::memory::{Memory, OlderList};
use cheti_verifier_core::evidence::{Evidence, EvidenceError, Root};

pub use state::{Folder, State, StateError};

/// Why a trust bundle is not used.
#[derive(Debug, thiserror::Error)]
pub enum TrustFailure {
    /// The file cannot be read.
    #[error("cannot read the trust bundle {}", .path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is larger than any bundle.
    #[error("the trust bundle {} is larger than {} MiB", .path.display(), limits::BUNDLE_BYTES >> 20)]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// Not a bundle.
    #[error("the trust bundle cannot be read")]
    Bundle(#[from] BundleError),
    /// A bundle that is not to be trusted.
    #[error("the trust bundle is refused")]
    Evidence(#[from] EvidenceError),
    /// A status list in it is older than one used before.
    #[error("the trust bundle is refused: {0}")]
    StatusRolledBack(#[from] OlderList),
    /// The root is not the one that the person named.
    #[error("the trust bundle's root is {found}, not the one named")]
    NotThatRoot {
        /// The bundle's root.
        found: String,
    },
    /// Nobody confirmed the root.
    #[error("the root was not confirmed, so nothing was imported")]
    NotConfirmed,
    /// The state folder cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Read a bundle's file within a bundle's bounds.
pub fn read_file(path: &Path) -> Result<Vec<u8>, TrustFailure> {
    use std::io::Read as _;
    let io = |source| TrustFailure::Io {
        path: path.to_owned(),
        source,
    };
    let limit = limits::BUNDLE_BYTES;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(io)?;
    let one_more = u64::try_from(limit + 1).unwrap_or(u64::MAX);
    file.take(one_more).read_to_end(&mut bytes).map_err(io)?;
    match bytes.len() > limit {
        true => Err(TrustFailure::TooLarge {
            path: path.to_owned(),
        }),
        false => Ok(bytes),
    }
}

/// Evidence for one run from a bundle that was named for it: without memory, and the report says so.
///
/// A root named with it counts; else the pinned one, which the bundle must lead to; else the bundle's own.
pub fn for_this_run(
    bytes: &[u8],
    named: Option<PublicKey>,
    pinned: Option<PublicKey>,
) -> Result<Evidence, TrustFailure> {
    let root = match (named, pinned) {
        (Some(key), _) => Root::Given(key),
        (None, Some(key)) => Root::Pinned(key),
        (None, None) => Root::OfTheBundle,
    };
    let bundle = Bundle::parse(bytes)?;
    Ok(Evidence::from_bundle(&bundle, root, Memory::default())?)
}

/// How a root that is not pinned yet is confirmed.
pub enum Confirm<'a> {
    /// The person named it.
    Named(PublicKey),
    /// The person is asked, and sees the fingerprint.
    Ask(&'a mut dyn FnMut(&Evidence) -> bool),
}

/// Take a bundle over into the state folder: refused when it leads to another root than the pinned one or is older
/// than what was used before. A first root must be confirmed.
pub fn import(
    folder: &Folder,
    bytes: &[u8],
    confirm: Confirm<'_>,
) -> Result<Evidence, TrustFailure> {
    let state = folder.load()?;
    let bundle = Bundle::parse(bytes)?;
    let found = signing_root(&bundle.trust_list).map_err(EvidenceError::from)?;
    let root = match (&state.root, &confirm) {
        (Some(pinned), _) => Root::Pinned(*pinned),
        (None, Confirm::Named(named)) => Root::Given(*named),
        (None, Confirm::Ask(_)) => Root::OfTheBundle,
    };
    let evidence = Evidence::from_bundle(&bundle, root, state.memory.clone());
    let evidence = evidence.map_err(|error| match (&confirm, error) {
        (Confirm::Named(_), EvidenceError::Trust(TrustError::OtherRoot { .. })) => {
            let found = found.fingerprint();
            TrustFailure::NotThatRoot { found }
        }
        (_, error) => error.into(),
    })?;
    if let Some(older) = evidence.older_list() {
        return Err(older.into());
    }
    if let (None, Confirm::Ask(ask)) = (&state.root, confirm)
        && !ask(&evidence)
    {
        return Err(TrustFailure::NotConfirmed);
    }
    let state = State {
        root: evidence.trust().map(|trust| *trust.root()),
        memory: evidence.remember(),
        ..state
    };
    folder.store(&state, bytes)?;
    Ok(evidence)
}

/// The evidence of the state folder: none when nothing was imported yet.
pub fn held(folder: &Folder, named: Option<PublicKey>) -> Result<Evidence, TrustFailure> {
    let state = folder.load()?;
    let root = match (named, state.root) {
        (Some(named), _) => Root::Given(named),
        (None, Some(pinned)) => Root::Pinned(pinned),
        (None, None) => return Ok(Evidence::none()),
    };
    let path = folder.bundle_path();
    if !path.exists() {
        return Ok(Evidence::none());
    }
    let bundle = Bundle::parse(&read_file(&path)?)?;
    Ok(Evidence::from_bundle(&bundle, root, state.memory)?)
}

#[cfg(test)]
mod tests {
    use cheti_shared::key::Signer as _;

    use super::*;
    use crate::samples::{World, at, key};

    fn bytes(world: &World) -> Vec<u8> {
        serde_json::to_vec(&world.bundle().to_json()).unwrap()
    }

    fn named(n: u8) -> Confirm<'static> {
        Confirm::Named(key(n).public_key())
    }

    #[test]
    fn a_root_is_pinned_once_and_held_to() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path().join("state"));
        assert!(held(&folder, None).unwrap().trust().is_none());
        let world = World::default();
        let refused = import(&folder, &bytes(&world), named(9));
        assert!(matches!(refused, Err(TrustFailure::NotThatRoot { .. })));
        let refused = import(&folder, &bytes(&world), Confirm::Ask(&mut |_| false));
        assert!(matches!(refused, Err(TrustFailure::NotConfirmed)));
        assert!(held(&folder, None).unwrap().trust().is_none());
        import(&folder, &bytes(&world), named(1)).unwrap();
        assert!(held(&folder, None).unwrap().trust().is_some());
        // Pinned: nobody is asked again, and another root named for a run does not fit the bundle.
        import(&folder, &bytes(&world), Confirm::Ask(&mut |_| false)).unwrap();
        assert!(held(&folder, Some(key(9).public_key())).is_err());
        assert!(for_this_run(&bytes(&world), None, Some(key(9).public_key())).is_err());
    }

    /// THREATS 6: an older status list, put in the place of a newer one, is refused at import.
    #[test]
    fn older_lists_are_not_imported() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path().to_owned());
        import(&folder, &bytes(&World::default()), named(1)).unwrap();
        let older = World {
            list_made: at("2026-10-16T00:00:00Z"),
            ..World::default()
        };
        let refused = import(&folder, &bytes(&older), named(1));
        assert!(matches!(refused, Err(TrustFailure::StatusRolledBack(_))));
    }

    #[test]
    fn a_state_that_cannot_be_read_is_an_error_and_never_no_trust() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("state.json"), "{\"root\":7}").unwrap();
        assert!(held(&Folder::at(dir.path().to_owned()), None).is_err());
    }
}
