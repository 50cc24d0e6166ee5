//! Wiring: the one place that knows every room. Which store, vault, press and clock the use-cases get is decided here.

mod print_room;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use cheti_shared::key::SecretKey;
use cheti_shared::key::pkcs8::Hardness;
use cheti_shared::time::Timestamp;

use crate::app::desk::Desk;
use crate::app::error::AppError;
use crate::app::ports::identity::{BadProvider, IdentityProvider};
use crate::app::ports::press::{Badges, PrintRoom};
use crate::app::ports::rosters::{RawRoster, ReadRoster, RosterFile, Rosters};
use crate::app::ports::store::{Store, StoreError};
use crate::app::ports::vault::{KeyFile, Passphrase, Vault, VaultError};
use crate::app::ports::venue::{Venue, VenueError};
use crate::app::ports::{Clock, Entropy, NoEntropy};
use crate::config::OpenId;
use crate::domain::roster::{FieldSpec, RosterError};
use crate::keys::FileVault;
use crate::store::sled::SledStore;
use crate::store::socket::SocketServer;

use crate::keys::local_tls;

pub use crate::keys::local_tls::{LocalTls, LocalTlsError, fingerprint};
pub use crate::keys::{read_private, write_new};
pub use crate::store::archive::{ArchiveError, Contents, Passphrase as ArchivePassphrase};

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
        Timestamp::from_unix(seconds).unwrap_or(cheti_shared::time::QR_EPOCH)
    }
}

/// The operating system's randomness.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, octets: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(octets).map_err(|_| NoEntropy)
    }
}

/// The import room.
struct ImportRoom;

impl Rosters for ImportRoom {
    fn raw(&self, file: &RosterFile<'_>, fields: &[FieldSpec]) -> Result<RawRoster, RosterError> {
        let (sheet, other_sheets) =
            crate::import::load_raw(file.bytes, file.name, file.sheet, fields)?;
        Ok(RawRoster {
            delimiter: sheet.delimiter(),
            sheet: sheet.name,
            table: sheet.table,
            other_sheets,
        })
    }

    fn read(&self, file: &RosterFile<'_>, fields: &[FieldSpec]) -> Result<ReadRoster, RosterError> {
        let import = crate::import::load(file.bytes, file.name, file.sheet, file.map, fields)?;
        let rejected_csv = import.rejected_csv();
        Ok(ReadRoster {
            checked: import.checked,
            rejected_csv,
            other_sheets: import.other_sheets,
        })
    }
}

/// Everything a command or the server works with.
#[derive(Clone)]
pub struct House {
    /// The data folder.
    pub data: PathBuf,
    /// Store, clock, randomness.
    pub desk: Desk,
    /// Secret keys.
    pub vault: Arc<dyn Vault>,
    /// Designs and presses.
    pub room: Arc<dyn PrintRoom>,
    /// Drawing badges.
    pub badges: Arc<dyn Badges>,
    /// Reading rosters.
    pub rosters: Arc<dyn Rosters>,
}

/// The import room by itself, for those who bring a desk of their own.
pub fn rosters() -> Arc<dyn Rosters> {
    Arc::new(ImportRoom)
}

/// The print room by itself: designs are made and tried without a data folder.
pub fn print_room() -> Result<Arc<dyn PrintRoom>, AppError> {
    Ok(Arc::new(print_room::OwnPrintRoom::new()?))
}

/// Open somebody's own key, which lies in no data folder.
pub fn open_key(path: &Path, passphrase: &Passphrase) -> Result<SecretKey, VaultError> {
    let vault = FileVault::new(PathBuf::new(), Arc::new(SystemEntropy), Hardness::Standard);
    vault.open(&KeyFile::Root(path.to_owned()), passphrase)
}

/// Refuse a passphrase that was published, before anything is made in a data folder.
pub fn check_new_passphrase(data: &Path, passphrase: &Passphrase) -> Result<(), AppError> {
    let vault = FileVault::new(PathBuf::new(), Arc::new(SystemEntropy), Hardness::Standard);
    Ok(vault.with_breached(data).check_new(passphrase)?)
}

/// Make a certificate for the console of a data folder, for machines without the internet; the authority's certificate.
pub fn make_local_tls(data: &Path, hosts: &[String]) -> Result<Vec<u8>, LocalTlsError> {
    local_tls::make(&data.join("tls"), hosts, SystemClock.now())
}

/// The certificate for the console of a data folder, where one was made.
pub fn local_tls(data: &Path) -> Result<Option<LocalTls>, LocalTlsError> {
    local_tls::open(&data.join("tls"))
}

/// The identity provider of a configuration. Nobody is asked yet.
#[cfg(feature = "openid")]
pub fn identity_provider(openid: &OpenId) -> Result<Arc<dyn IdentityProvider>, BadProvider> {
    use crate::openid::{OpenIdProvider, Settings};
    let OpenId {
        name,
        issuer,
        client_id,
        redirect,
        client_secret_file,
        authority_file,
    } = openid.clone();
    let secret = client_secret_file.as_deref().map(read_private);
    let secret = secret.transpose()?;
    Ok(Arc::new(OpenIdProvider::new(Settings {
        name,
        issuer,
        client_id,
        client_secret: secret.map(|secret| Passphrase::new(secret.trim_end().to_owned())),
        redirect,
        authority: authority_file,
    })?))
}

/// A program built without the library refuses the provider rather than leave officers without it.
#[cfg(not(feature = "openid"))]
pub fn identity_provider(_: &OpenId) -> Result<Arc<dyn IdentityProvider>, BadProvider> {
    Err(BadProvider::NotBuiltIn)
}

/// Where the store lies in a data folder.
pub fn store_folder(data: &Path) -> PathBuf {
    data.join("store")
}

/// Make the store of a new data folder. Refuses where there is one.
pub fn create(data: &Path) -> Result<House, AppError> {
    let io = |source| StoreError::Io {
        action: "written",
        source,
    };
    if !data.is_dir() {
        fs::create_dir_all(data).map_err(io)?;
    }
    house(data, Arc::new(SledStore::create(&store_folder(data))?))
}

/// Open a data folder: its store, or, when a server holds it, that server's socket.
pub fn open(data: &Path) -> Result<House, AppError> {
    house(data, crate::store::open(&store_folder(data))?)
}

/// Open a data folder to serve it: this process holds the store, and other commands reach it through the socket that
/// lives as long as the returned server.
pub fn open_to_serve(data: &Path) -> Result<(House, SocketServer), AppError> {
    let folder = store_folder(data);
    let store: Arc<dyn Store> = Arc::new(SledStore::open(&folder)?);
    let server = SocketServer::start(&folder, store.clone())?;
    Ok((house(data, store)?, server))
}

fn house(data: &Path, store: Arc<dyn Store>) -> Result<House, AppError> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let print_room = Arc::new(print_room::OwnPrintRoom::new()?);
    Ok(House {
        data: data.to_owned(),
        vault: Arc::new(
            FileVault::new(data.join("keys"), entropy.clone(), Hardness::Standard)
                .with_breached(data),
        ),
        desk: Desk {
            store,
            clock: Arc::new(SystemClock),
            entropy,
        },
        room: print_room.clone(),
        badges: print_room,
        rosters: rosters(),
    })
}

/// Another data folder, which the right to write of this one is handed over to.
struct VenueFolder {
    folder: PathBuf,
    keys: FileVault,
    keys_here: FileVault,
}

/// The data folder `folder` as the venue of the house in `data`. It need not be there yet.
pub fn venue(data: &Path, folder: &Path) -> Arc<dyn Venue> {
    let vault =
        |of: &Path| FileVault::new(of.join("keys"), Arc::new(SystemEntropy), Hardness::Standard);
    Arc::new(VenueFolder {
        keys: vault(folder),
        keys_here: vault(data),
        folder: folder.to_owned(),
    })
}

impl Venue for VenueFolder {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn store(&self) -> Result<Arc<dyn Store>, VenueError> {
        Ok(Arc::new(SledStore::open(&store_folder(&self.folder))?))
    }

    fn store_or_new(&self) -> Result<Arc<dyn Store>, VenueError> {
        let io = |source| StoreError::Io {
            action: "written",
            source,
        };
        fs::create_dir_all(&self.folder).map_err(io)?;
        match SledStore::create(&store_folder(&self.folder)) {
            Err(StoreError::Exists { .. }) => self.store(),
            made => Ok(Arc::new(made?)),
        }
    }

    fn give_key(&self, file: &KeyFile) -> Result<(), VenueError> {
        Ok(self.keys.copy_from(&self.keys_here, file)?)
    }

    fn take_key(&self, file: &KeyFile) -> Result<bool, VenueError> {
        Ok(self.keys_here.follow(&self.keys, file)?)
    }
}

/// Write the store's files anew with what is in it now, and delete the old ones: sled's log keeps what was removed until it
/// happens to be written over. How many records there are. Run again after an interruption, it goes on.
pub fn compact(data: &Path) -> Result<u64, AppError> {
    let io = |source| StoreError::Io {
        action: "written",
        source,
    };
    let (now, fresh, old) = (
        store_folder(data),
        data.join("store.new"),
        data.join("store.old"),
    );
    if !now.exists() && old.exists() {
        fs::rename(&old, &now).map_err(io)?;
    }
    let from = SledStore::open(&now)?;
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(io)?;
    }
    let into = SledStore::create(&fresh)?;
    let records = crate::app::handover::copy_all(&from, &into)?;
    drop(into);
    fs::rename(&now, &old).map_err(io)?;
    fs::rename(&fresh, &now).map_err(io)?;
    fs::File::open(data)
        .and_then(|folder| folder.sync_all())
        .map_err(io)?;
    drop(from);
    fs::remove_dir_all(&old).map_err(io)?;
    Ok(records)
}

/// Write every record of the store to an encrypted archive.
pub fn backup(
    house: &House,
    passphrase: &ArchivePassphrase,
    out: impl Write,
) -> Result<Contents, ArchiveError> {
    crate::store::archive::write_archive(
        &*house.desk.store,
        passphrase,
        &house.desk.clock.now().to_string(),
        out,
    )
}

/// Fill a new data folder from an archive, which is read twice: once to check it whole, once to restore.
pub fn restore(
    data: &Path,
    passphrase: &ArchivePassphrase,
    open: impl Fn() -> io::Result<Box<dyn Read>>,
) -> anyhow::Result<Contents> {
    crate::store::archive::check_archive(open()?, passphrase)?;
    let house = create(data)?;
    Ok(crate::store::archive::read_archive(
        open()?,
        passphrase,
        &*house.desk.store,
    )?)
}
