//! Tests of the socket: the port's rules through it, the server's limits and its end, and who may come in.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::*;
use crate::store::archive::{Passphrase, read_archive, write_archive};
use crate::store::memory::MemoryStore;
use crate::store::sled::SledStore;
use crate::store::{conformance, open};

fn put(id: &[u8], value: &[u8]) -> Commit {
    Commit {
        puts: vec![(Key::new(Collection::Row, id), value.to_vec())],
        ..Commit::default()
    }
}

fn served(dir: &TempDir) -> (SocketServer, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    (
        SocketServer::start(dir.path(), store.clone()).unwrap(),
        store,
    )
}

fn connected(dir: &TempDir) -> SocketStore {
    SocketStore::connect(dir.path()).unwrap().unwrap()
}

#[test]
fn keeps_every_rule_of_the_port_over_sled() {
    let dir = TempDir::new().unwrap();
    let count = AtomicUsize::new(0);
    let servers = RefCell::new(Vec::new());
    conformance::run(|| {
        let path = dir
            .path()
            .join(count.fetch_add(1, Ordering::Relaxed).to_string());
        let store = Arc::new(SledStore::create(&path).unwrap());
        servers
            .borrow_mut()
            .push(SocketServer::start(&path, store).unwrap());
        let client = open(&path).unwrap();
        Box::new(Shared(client))
    });
}

/// The suite wants a box, `open` gives an `Arc`.
struct Shared(Arc<dyn Store>);

impl Store for Shared {
    fn fetch(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.fetch(key)
    }
    fn scan(
        &self,
        c: Collection,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.0.scan(c, prefix, after, limit)
    }
    fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.0.commit(commit)
    }
    fn hold_still(
        &self,
        work: &mut dyn FnMut() -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.0.hold_still(work)
    }
}

#[test]
fn several_clients_see_each_other() {
    let dir = TempDir::new().unwrap();
    let (_server, store) = served(&dir);
    let (one, two) = (connected(&dir), connected(&dir));
    one.commit(put(b"a", b"1")).unwrap();
    two.commit(put(b"b", b"2")).unwrap();
    assert_eq!(
        one.scan(Collection::Row, b"", None, 9).unwrap(),
        store.scan(Collection::Row, b"", None, 9).unwrap()
    );
    assert_eq!(
        two.fetch(&Key::new(Collection::Row, *b"a"))
            .unwrap()
            .as_deref(),
        Some(&b"1"[..])
    );
}

#[test]
fn a_locked_store_without_a_server_stays_locked() {
    let dir = TempDir::new().unwrap();
    let store = SledStore::create(dir.path()).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::Locked { .. })));
    // The socket of a server that was killed: nobody listens.
    drop(UnixListenerLeft::at(dir.path()));
    assert!(socket_path(dir.path()).exists());
    assert!(matches!(open(dir.path()), Err(StoreError::Locked { .. })));
    let server = SocketServer::start(dir.path(), Arc::new(store)).unwrap();
    open(dir.path()).unwrap().commit(put(b"a", b"1")).unwrap();
    drop(server);
    assert!(!socket_path(dir.path()).exists());
    let reopened = open(dir.path()).unwrap();
    assert_eq!(
        reopened
            .fetch(&Key::new(Collection::Row, *b"a"))
            .unwrap()
            .as_deref(),
        Some(&b"1"[..])
    );
}

/// A socket file whose listener is closed; the file stays.
struct UnixListenerLeft;

impl UnixListenerLeft {
    fn at(dir: &Path) -> std::os::unix::net::UnixListener {
        std::os::unix::net::UnixListener::bind(socket_path(dir)).unwrap()
    }
}

#[test]
fn the_socket_is_closed_to_others() {
    let dir = TempDir::new().unwrap();
    let (_server, _) = served(&dir);
    let mode = fs::metadata(socket_path(dir.path()))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn one_client_too_many_is_told_so() {
    let dir = TempDir::new().unwrap();
    let (_server, _) = served(&dir);
    let clients: Vec<_> = (0..MAX_CONNECTIONS).map(|_| connected(&dir)).collect();
    for client in &clients {
        client.fetch(&Key::new(Collection::Row, *b"a")).unwrap();
    }
    let error = connected(&dir)
        .fetch(&Key::new(Collection::Row, *b"a"))
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Protocol { .. } | StoreError::Io { .. }),
        "{error}"
    );
    clients[0].fetch(&Key::new(Collection::Row, *b"a")).unwrap();
}

#[test]
fn the_end_of_the_server_is_an_error_not_a_wait() {
    let dir = TempDir::new().unwrap();
    let (server, store) = served(&dir);
    let client = connected(&dir);
    client.commit(put(b"a", b"1")).unwrap();
    drop(server);
    for _ in 0..2 {
        assert!(matches!(
            client.commit(put(b"a", b"2")),
            Err(StoreError::Io {
                action: "reached",
                ..
            })
        ));
    }
    assert_eq!(
        store
            .fetch(&Key::new(Collection::Row, *b"a"))
            .unwrap()
            .as_deref(),
        Some(&b"1"[..])
    );
    assert!(SocketStore::connect(dir.path()).unwrap().is_none());
}

#[test]
fn a_babbling_client_is_cut_off_and_others_go_on() {
    let dir = TempDir::new().unwrap();
    let (_server, _) = served(&dir);
    for babble in [
        &[0xff; 64][..],
        &[0, 0, 0, 0],
        &[0, 0, 0, 2, 1, 99],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = UnixStream::connect(socket_path(dir.path())).unwrap();
        stream.write_all(babble).unwrap();
        let reply = wire::receive::<Reply>(&mut stream);
        assert!(
            matches!(
                reply,
                Ok(Some(Reply::Refused(wire::Refusal::Protocol { .. })))
            ),
            "{reply:?}"
        );
        assert!(!matches!(wire::receive::<Reply>(&mut stream), Ok(Some(_))));
    }
    connected(&dir).commit(put(b"a", b"1")).unwrap();
}

#[test]
fn a_backup_through_the_socket_holds_the_store_still() {
    let dir = TempDir::new().unwrap();
    let (_server, store) = served(&dir);
    for number in 0..1200_u32 {
        store.commit(put(&number.to_be_bytes(), b"record")).unwrap();
    }
    let (client, writer) = (connected(&dir), connected(&dir));
    std::thread::scope(|scope| {
        let mut commits = None;
        let held = client.hold_still(&mut || {
            let before = client.scan(Collection::Row, b"", None, 5000)?;
            commits = Some(scope.spawn(|| writer.commit(put(b"late", b"x"))));
            assert!(matches!(
                client.commit(put(b"own", b"x")),
                Err(StoreError::Protocol { .. })
            ));
            for _ in 0..50 {
                assert_eq!(client.scan(Collection::Row, b"", None, 5000)?, before);
            }
            Ok(())
        });
        held.unwrap();
        commits.unwrap().join().unwrap().unwrap();
    });
    let passphrase = Passphrase::new("short words".to_owned()).with_work_factor(1);
    let mut file = Vec::new();
    write_archive(&client, &passphrase, "2026-03-01T08:00:00Z", &mut file).unwrap();
    let restored = MemoryStore::new();
    assert_eq!(
        read_archive(&file[..], &passphrase, &restored)
            .unwrap()
            .records,
        1201
    );
}

#[test]
fn a_client_that_dies_lets_the_store_go() {
    let dir = TempDir::new().unwrap();
    let (_server, store) = served(&dir);
    let mut stream = UnixStream::connect(socket_path(dir.path())).unwrap();
    wire::send(&mut stream, &Request::Hold).unwrap();
    assert_eq!(
        wire::receive::<Reply>(&mut stream).unwrap(),
        Some(Reply::Done)
    );
    drop(stream);
    store.commit(put(b"a", b"1")).unwrap();
}
