//! The store's folder: our lock, the modes of the files, and what a kill can leave behind.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::app::ports::store::StoreError;

/// The file whose lock means "this process holds the store".
const LOCK: &str = "lock";
/// sled's data file.
const DATA: &str = "db";
/// sled's folder for oversized pages.
const BLOBS: &str = "blobs";
/// Says that the store cannot be recovered, and why: a further try could open what is left of it as if it were whole.
const DAMAGED: &str = "damaged";
/// What a store's folder may hold: an interrupted `create` leaves some of it.
const OWN: [&str; 4] = [LOCK, DATA, BLOBS, "conf"];
/// How long threads of a store that was just closed in this process may still hold the data file.
const CLOSING: Duration = Duration::from_secs(10);

/// A store's folder that this process holds until the value is dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    data: File,
    _lock: File,
}

impl Folder {
    /// Make the folder if need be (mode 0700) and take its lock; refuses a folder that holds anything else.
    pub(super) fn create(path: &Path) -> Result<Self, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(opening)?;
        if !path.join(DATA).is_file()
            && let Some(found) = names(path)
                .map_err(opening)?
                .into_iter()
                .find(|name| !OWN.contains(&name.as_str()))
        {
            return Err(StoreError::Occupied {
                path: shown(path),
                found,
            });
        }
        let lock = take_lock(path)?;
        let data = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(DATA))
            .map_err(opening)?;
        Self {
            path: path.to_owned(),
            data,
            _lock: lock,
        }
        .prepared()
    }

    /// Take the lock of a folder that holds a store; makes nothing where there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.join(DATA).is_file() {
            return Err(StoreError::Missing { path: shown(path) });
        }
        let lock = take_lock(path)?;
        let data = File::options()
            .write(true)
            .open(path.join(DATA))
            .map_err(opening)?;
        Self {
            path: path.to_owned(),
            data,
            _lock: lock,
        }
        .prepared()
    }

    fn prepared(self) -> Result<Self, StoreError> {
        match fs::read_to_string(self.path.join(DAMAGED)) {
            Ok(detail) => {
                return Err(StoreError::Damaged {
                    path: self.shown(),
                    detail,
                });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(opening(error)),
        }
        self.remove_half_written_snapshots().map_err(opening)?;
        self.wait_until_closed()?;
        Ok(self)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its path for messages.
    pub(super) fn shown(&self) -> String {
        shown(&self.path)
    }

    /// Wait for the device: sled's own `flush` starts the write-out of its data file but does not end in an fsync.
    ///
    /// sled never syncs the oversized pages either. The layout leaves none, so this normally finds an empty folder; if
    /// there are some nevertheless, they are synced before anything is acknowledged.
    pub(super) fn sync(&self) -> io::Result<()> {
        let blobs = self.path.join(BLOBS);
        let mut found = false;
        for entry in fs::read_dir(&blobs)? {
            found = true;
            match File::open(entry?.path()) {
                Ok(file) => file.sync_all()?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        if found {
            File::open(&blobs)?.sync_all()?;
        }
        self.data.sync_all()
    }

    /// Make the folder's own entries durable, and close them to others.
    pub(super) fn settle(&self) -> io::Result<()> {
        fs::set_permissions(&self.path, Permissions::from_mode(0o700))?;
        for name in names(&self.path)? {
            let path = self.path.join(&name);
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            if OWN.contains(&name.as_str()) || name.starts_with("snap.") {
                fs::set_permissions(&path, Permissions::from_mode(mode))?;
                File::open(&path)?.sync_all()?;
            }
        }
        File::open(&self.path)?.sync_all()?;
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
            _ => Ok(()),
        }
    }

    /// Rename every snapshot so that sled reads its whole log instead; returns whether there was one.
    pub(super) fn set_snapshots_aside(&self) -> io::Result<bool> {
        let mut any = false;
        for name in names(&self.path)?
            .into_iter()
            .filter(|name| name.starts_with("snap."))
        {
            fs::rename(
                self.path.join(&name),
                self.path.join(format!("aside.{name}")),
            )?;
            any = true;
        }
        Ok(any)
    }

    /// Note that the store cannot be recovered, so that every further opening says so too.
    pub(super) fn mark_damaged(&self, detail: &str) -> StoreError {
        let marked = fs::write(
            self.path.join(DAMAGED),
            format!("{detail}; restore a backup into a new folder"),
        );
        match marked.and_then(|()| File::open(self.path.join(DAMAGED))?.sync_all()) {
            Ok(()) => StoreError::Damaged {
                path: self.shown(),
                detail: detail.to_owned(),
            },
            Err(error) => opening(error),
        }
    }

    /// A kill during sled's snapshot leaves a `snap.*.generating` that sled would take for its newest.
    fn remove_half_written_snapshots(&self) -> io::Result<()> {
        for name in names(&self.path)? {
            if name.starts_with("snap.") && name.ends_with(".generating") {
                fs::remove_file(self.path.join(name))?;
            }
        }
        Ok(())
    }

    /// sled locks its data file itself, and its threads may outlive a store closed in this very process by a moment.
    fn wait_until_closed(&self) -> Result<(), StoreError> {
        let deadline = Instant::now() + CLOSING;
        loop {
            match self.data.try_lock() {
                Ok(()) => return self.data.unlock().map_err(opening),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(1))
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Locked { path: self.shown() });
                }
                Err(TryLockError::Error(error)) => return Err(opening(error)),
            }
        }
    }
}

fn take_lock(path: &Path) -> Result<File, StoreError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path.join(LOCK))
        .map_err(opening)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: shown(path) }),
        Err(TryLockError::Error(error)) => Err(opening(error)),
    }
}

fn names(path: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(path)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn opening(source: io::Error) -> StoreError {
    StoreError::Io {
        action: "opened",
        source,
    }
}
